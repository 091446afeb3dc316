#include "khien/inventory/inventory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "khien/core/file.hpp"

using namespace khien;
using namespace khien::inventory;
using advisory::Installed;
using advisory::PackageKey;

namespace {

Result<Inventory> read(std::string_view text, std::string name = "", std::string os = "") {
  Budget budget(inventory_limits());
  auto inventory = read_inventory(as_bytes(text), {.file_name = std::move(name), .os = std::move(os)}, budget);
  if (inventory) {
    Budget way({.bytes_in = 256u << 20, .depth = 8, .entries = 10'000'000});
    const auto back = inventory_from_json(to_json(*inventory), way);
    REQUIRE(back.has_value());
    CHECK(*back == *inventory);
  }
  return inventory;
}

Inventory taken(std::string_view text, std::string name = "", std::string os = "") {
  auto inventory = read(text, std::move(name), std::move(os));
  REQUIRE_MESSAGE(inventory.has_value(), (inventory ? std::string() : inventory.error().what()));
  return *std::move(inventory);
}

const Installed& find(const Inventory& inventory, std::string_view name) {
  const auto found = std::ranges::find_if(inventory.packages, [&](const Installed& one) { return one.key.name == name; });
  REQUIRE_MESSAGE(found != inventory.packages.end(), std::string(name));
  return *found;
}

std::string refusal(std::string_view text, std::string name = "") {
  const auto inventory = read(text, std::move(name));
  REQUIRE(!inventory.has_value());
  return inventory.error().what();
}

std::optional<std::string> shared(std::string_view path) {
  const char* folder = std::getenv("KHIEN_SHARED");
  if (folder == nullptr) return std::nullopt;
  auto text = system_files().read(std::string(folder) + "/data/vuln/" + std::string(path), 64u << 20);
  if (!text) return std::nullopt;
  return *std::move(text);
}

}  // namespace

TEST_CASE("dpkg's status file: the release by base-files, sources with their versions, what is gone passed over") {
  const auto inventory = taken(
      "Package: base-files\nStatus: install ok installed\nVersion: 12.4+deb12u5\n\nPackage: libssl3\nStatus: install ok installed\nSource: openssl (3.0.11-1)\n"
      "Version: 3.0.11-1+b1\nDescription: x\n more\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n");
  CHECK(inventory.format == "dpkg-status");
  REQUIRE(inventory.os.has_value());
  CHECK(inventory.os->id == "debian");
  CHECK(inventory.os->release == "12");
  CHECK(inventory.packages.size() == 2);
  const auto& ssl = find(inventory, "libssl3");
  CHECK(ssl.key == PackageKey{"deb", "debian", "libssl3", "12"});
  CHECK(ssl.source == "openssl");
  CHECK(ssl.source_version == "3.0.11-1");
  CHECK(inventory.passed_over == 1);
}

TEST_CASE("dpkg-query: its columns, Ubuntu by base-files, the hint where nothing tells") {
  const auto ubuntu = taken("base-files\t12ubuntu4.6\tbase-files\t12ubuntu4.6\tamd64\tii \nlibc6:amd64\t2.35-0ubuntu3\tglibc\t2.35-0ubuntu3\tamd64\tii \nold\t1\told\t1\tamd64\trc \n");
  CHECK(ubuntu.format == "dpkg-query");
  CHECK(ubuntu.os->release == "22.04");
  CHECK(find(ubuntu, "libc6").key == PackageKey{"deb", "ubuntu", "libc6", "22.04"});
  CHECK(find(ubuntu, "libc6").source == "glibc");
  CHECK(ubuntu.passed_over == 1);
  const auto hinted = taken("bash\t5.2-1\n", "", "debian:bookworm");
  CHECK(find(hinted, "bash").key.release == "12");
  CHECK(hinted.os->id == "debian");
}

TEST_CASE("rpm: with the documented format and without") {
  const auto inventory = taken("rocky-release\t0\t8.5\t2.el8\tnoarch\trocky-release-8.5-2.el8.src.rpm\nopenssl-libs\t1\t1.1.1k\t4.el8\tx86_64\topenssl-1.1.1k-4.el8.src.rpm\n");
  CHECK(inventory.format == "rpm-qa");
  CHECK(inventory.os->id == "rocky");
  const auto& ssl = find(inventory, "openssl-libs");
  CHECK(ssl.key == PackageKey{"rpm", "rocky", "openssl-libs", "8"});
  CHECK(ssl.version == "1:1.1.1k-4.el8");
  CHECK(ssl.source == "openssl");
  // A plain list tells no epochs: it is refused with the words to ask by; a row that tells its own is taken.
  CHECK(refusal("redhat-release-server-7.7-10.el7.x86_64\nbash-4.2.46-33.el7.x86_64\n").find("%{EPOCHNUM}") != std::string::npos);
  const auto plain = taken("redhat-release-server-0:7.7-10.el7.x86_64\nbash-0:4.2.46-33.el7.x86_64\nopenssl-1:1.0.2k-19.el7.x86_64\nzlib-1.2.7-18.el7.x86_64\n");
  CHECK(find(plain, "bash").version == "4.2.46-33.el7");
  CHECK(find(plain, "bash").key == PackageKey{"rpm", "redhat", "bash", "7"});
  CHECK(find(plain, "openssl").version == "1:1.0.2k-19.el7");
  CHECK(plain.passed_over == 1);
}

TEST_CASE("rpm: packages that name their distribution's release") {
  const auto system = [](std::string_view package, std::string_view version) {
    return taken(std::string(package) + "\t0\t" + std::string(version) + "\t1\tnoarch\t(none)\nbash\t0\t1\t1\tx86_64\t(none)\n");
  };
  CHECK(find(system("openSUSE-release", "20240607"), "bash").key.space == "opensuse-tumbleweed");
  CHECK(find(system("openSUSE-release", "15.5"), "bash").key == PackageKey{"rpm", "opensuse", "bash", "15.5"});
  CHECK(find(system("azurelinux-release", "3.0"), "bash").key == PackageKey{"rpm", "mariner", "bash", "3.0"});
  CHECK(find(system("mariner-release", "2.0"), "bash").key == PackageKey{"rpm", "mariner", "bash", "2.0"});
  CHECK(find(system("openEuler-release", "22.03LTS"), "bash").key.space == "openeuler");
  CHECK(find(system("SLE-Micro-release", "5.3"), "bash").key == PackageKey{"rpm", "suse-micro", "bash", "5.3"});
}

TEST_CASE("CycloneDX of others: JSON, XML, a signed statement; each as its file has it") {
  if (!shared("sbom/dt-valid-bom-1.4.json")) {
    MESSAGE("skipped: KHIEN_SHARED is not set");
    return;
  }
  const auto centos = taken(*shared("sbom/trivy-centos-7-cyclonedx.json"));
  CHECK(centos.os->id == "centos");
  CHECK(find(centos, "bash").key == PackageKey{"rpm", "redhat", "bash", "7"});
  CHECK(find(centos, "bash").source.empty());
  const auto signed_one = taken(*shared("sbom/trivy-centos-7-cyclonedx.intoto.jsonl"));
  CHECK(signed_one.format == "cyclonedx-intoto");
  CHECK(signed_one.packages == centos.packages);
  const auto fluentd = taken(*shared("sbom/trivy-fluentd-multiple-lockfiles-cyclonedx.json"));
  CHECK(fluentd.os->release == "10");
  CHECK(find(fluentd, "libidn2-0").source == "libidn2");
  const auto kubernetes = taken(*shared("sbom/trivy-minikube-kbom.json"));
  CHECK(find(kubernetes, "apiserver").key == PackageKey{"k8s", "k8s.io", "apiserver", ""});
  for (const std::string_view version : {"1.4", "1.7"}) {
    const auto json = taken(*shared("sbom/dt-valid-bom-" + std::string(version) + ".json"));
    const auto xml = taken(*shared("sbom/dt-valid-bom-" + std::string(version) + ".xml"));
    CHECK(xml.format == "cyclonedx-xml");
    if (version == "1.7") CHECK(json.packages == xml.packages);  // of 1.4 the two are other documents
    CHECK(!json.packages.empty());
    CHECK(!xml.packages.empty());
  }
}

TEST_CASE("XML: no document type, nothing cut off, no other document") {
  CHECK(refusal("<!DOCTYPE bom [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><bom><components/></bom>").find("document type") != std::string::npos);
  CHECK(refusal("<bom><components>").find("cut off") != std::string::npos);
  CHECK(refusal("<html/>").find("neither") != std::string::npos);
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "<bom>";
  CHECK(refusal(deep).find("deeper") != std::string::npos);
}

TEST_CASE("SPDX: JSON and tag-value") {
  const auto json = taken(R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"lodash","versionInfo":"4.17.4","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/lodash@4.17.4"}]},{"name":"x"}]})");
  CHECK(json.format == "spdx-json");
  CHECK(json.passed_over == 1);
  const auto text = taken("SPDXVersion: SPDX-2.3\n\nPackageName: lodash\nPackageVersion: 4.17.4\nExternalRef: PACKAGE-MANAGER purl pkg:npm/lodash@4.17.4\n");
  CHECK(text.packages == json.packages);
}

TEST_CASE("SBOMs: the source that a package was built from") {
  const std::string purl = "pkg:rpm/photon/curl-libs@7.61-1.ph4?epoch=2&distro=photon-4.0&upstream=curl-7.61-1.ph4.src.rpm";
  const auto json = taken(R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"curl-libs","version":"7.61-1.ph4","purl":")" + purl + R"("}]})");
  CHECK(find(json, "curl-libs").source == "curl");
  CHECK(find(json, "curl-libs").source_version.empty());
  const auto spdx = taken(R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"curl-libs","externalRefs":[{"referenceType":"purl","referenceLocator":")" + purl + R"("}]}]})");
  CHECK(spdx.packages == json.packages);
  std::string escaped;
  for (const char c : purl) escaped += c == '&' ? std::string("&amp;") : std::string(1, c);
  CHECK(taken("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component type=\"library\"><name>curl-libs</name><purl>" + escaped + "</purl></component></components></bom>").packages == json.packages);
  const auto told = taken(R"({"spdxVersion":"SPDX-2.3","packages":[{"name":"libidn2-0","sourceInfo":"built package from: libidn2 2.0.5-1","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:deb/debian/libidn2-0@2.0.5-1+b1?distro=debian-10"}]},
    {"name":"bash","sourceInfo":"built package from: bash5 4.2-1.el7","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:rpm/redhat/bash@4.2-1.el7?epoch=1&distro=redhat-7"}]},
    {"name":"free","sourceInfo":"from somewhere","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:deb/debian/free@1?distro=debian-10"}]}]})");
  CHECK(find(told, "libidn2-0").source == "libidn2");
  CHECK(find(told, "libidn2-0").source_version == "2.0.5-1");
  CHECK(find(told, "bash").source == "bash5");
  CHECK(find(told, "bash").source_version.empty());  // with the epoch it is the package's
  CHECK(find(told, "free").source.empty());
  const auto text = taken("SPDXVersion: SPDX-2.3\n\nPackageName: libidn2-0\nPackageSourceInfo: <text>built package from: libidn2 2.0.5-1</text>\nExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/libidn2-0@2.0.5-1+b1?distro=debian-10\n");
  CHECK(find(text, "libidn2-0").source == "libidn2");
}

TEST_CASE("Trivy's case: a source's version is the package's where nothing else is told") {
  const auto inventory = taken(R"({"os":{"Family":"redhat","Name":"7.7"},"results":[{"class":"os-pkgs","type":"redhat","packages":[
    {"name":"bash","version":"4.2.46","release":"33.el7","src":"bash5","src_version":"4.2.46"},
    {"name":"libs","version":"1","release":"2","src":"other","src_version":"3"},
    {"name":"more","version":"1","release":"2","src":"other","src_version":"1","src_release":"9"}]}]})");
  CHECK(find(inventory, "bash").version == "4.2.46-33.el7");
  CHECK(find(inventory, "bash").source_version.empty());
  CHECK(find(inventory, "libs").source_version == "3");
  CHECK(find(inventory, "more").source_version == "1-9");
  const auto none = taken(R"({"os":{"Family":"alpine","Name":"3.9"},"results":[{"class":"lang-pkgs","type":"a new one","packages":[{"name":"x","version":"1"}]}]})");
  CHECK(none.packages.empty());
  CHECK(none.passed_over == 1);
}

TEST_CASE("lock files") {
  CHECK(find(taken("Flask==2.0.0 ; python_version > '3'\nZope.Interface==5.0  # x\n-r other.txt\nloose>=1\n", "requirements.txt"), "zope-interface").version == "5.0");
  CHECK(find(taken("loose>=1\n", "requirements.txt"), "loose").version.empty());
  CHECK(find(taken(R"({"lockfileVersion":3,"packages":{"":{"name":"me"},"node_modules/a/node_modules/@s/b":{"version":"1.2"}}})"), "b").key.space == "@s");
  CHECK(find(taken(R"({"lockfileVersion":1,"dependencies":{"a":{"version":"1.0","dependencies":{"c":{"version":"2.0"}}}}})"), "c").version == "2.0");
  CHECK(find(taken(R"({"_meta":{},"default":{"django":{"version":"==4.1"}}})"), "django").version == "4.1");
  CHECK(find(taken(R"({"content-hash":"x","packages":[{"name":"guzzlehttp/psr7","version":"1.8.3"}]})"), "psr7").key == PackageKey{"composer", "guzzlehttp", "psr7", ""});
  CHECK(find(taken(R"({"version":1,"dependencies":{"net6.0":{"Newtonsoft.Json":{"type":"Direct","resolved":"12.0.3"}}}})"), "newtonsoft.json").version == "12.0.3");
  CHECK(find(taken("# yarn lockfile v1\n\n\"@s/a@^1.0\", \"@s/a@^1.1\":\n  version \"1.1.4\"\n\njquery@3.2.1:\n  version \"3.2.1\"\n"), "a").version == "1.1.4");
  CHECK(find(taken("__metadata:\n  version: 6\n\n\"jquery@npm:^3\":\n  version: 3.2.1\n  resolution: \"jquery@npm:3.2.1\"\n\n\"me@workspace:.\":\n  version: 0.0.0\n"), "jquery").version == "3.2.1");
  CHECK(find(taken("lockfileVersion: '9.0'\npackages:\n  '@s/a@1.2.3(peer@1)':\n    resolution: {integrity: x}\n"), "a").version == "1.2.3");
  CHECK(find(taken("GEM\n  remote: https://rubygems.org/\n  specs:\n    nokogiri (1.13.0-x86_64-linux)\n      racc (~> 1.4)\n\nDEPENDENCIES\n  nokogiri\n"), "nokogiri").version == "1.13.0");
  CHECK(find(taken("golang.org/x/text v0.3.6 h1:abc=\ngolang.org/x/text v0.3.6/go.mod h1:abc=\n"), "text").key.space == "golang.org/x");
  CHECK(find(taken("module me\n\nrequire (\n\tgolang.org/x/text v0.3.6 // indirect\n)\n"), "text").version == "v0.3.6");
  CHECK(find(taken("version = 3\n\n[[package]]\nname = \"ammonia\"\nversion = \"1.9.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n"), "ammonia").key.type == "cargo");
  CHECK(find(taken("[[package]]\nname = \"Werkzeug\"\nversion = \"0.11\"\n\n[package.dependencies]\nversion = \"9\"\n", "poetry.lock"), "werkzeug").version == "0.11");
  const auto pom = taken("<project><version>3</version><properties><v>2.9.1</v></properties><dependencies><dependency><groupId>a.b</groupId><artifactId>c</artifactId><version>${v}</version></dependency>"
                         "<dependency><groupId>a.b</groupId><artifactId>d</artifactId><version>${other}</version></dependency></dependencies></project>");
  CHECK(find(pom, "c").version == "2.9.1");
  CHECK(find(pom, "d").version.empty());
}

TEST_CASE("osquery: programs by maker's product, hotfixes, the system with its revision") {
  const auto inventory = taken(R"json({"os_version":[{"name":"Microsoft Windows Server 2019 Standard","version":"10.0.17763","build":"17763","platform":"windows","revision":"5329"}],
    "programs":[{"name":"Google Chrome","version":"120.0.1","publisher":"Google LLC"},{"name":"7-Zip 22.01 (x64)","version":"22.01","publisher":"Igor Pavlov"},{"name":"Own Tool 1.2.3","version":"1.2.3","publisher":"X"}],
    "patches":[{"hotfix_id":"KB5031356"},{"hotfix_id":"File 1"}]})json");
  CHECK(find(inventory, "chrome").key == PackageKey{"windows", "google", "chrome", ""});
  CHECK(find(inventory, "chrome").cpe == "cpe:2.3:a:google:chrome:120.0.1:*:*:*:*:*:*:*");
  CHECK(find(inventory, "7-zip").version == "22.01");
  CHECK(find(inventory, "own tool").version == "1.2.3");
  CHECK(find(inventory, "kb5031356").version == "KB5031356");
  CHECK(find(inventory, "windows server 2019").version == "10.0.17763.5329");
  CHECK(inventory.os->id == "windows");
  CHECK(inventory.passed_over == 1);
  const auto csv = taken("name,version,publisher\n\"Google Chrome\",\"120.0.1\",\"Google, LLC\"\n");
  CHECK(find(csv, "chrome").version == "120.0.1");
}

TEST_CASE("appliances: a table with Vietnamese or English headings") {
  const auto inventory = taken("Tên thiết bị;Hãng;Sản phẩm;Phiên bản\nFW-01;Fortinet;FortiGate;v7.4.2 build2571 (GA)\nLB;F5;BIG-IP;\nMáy in;HP;LaserJet;1\n");
  CHECK(inventory.format == "appliances-csv");
  const auto& wall = find(inventory, "fortios");
  CHECK(wall.key == PackageKey{"appliance", "fortinet", "fortios", ""});
  CHECK(wall.version == "7.4.2");
  CHECK(wall.cpe == "cpe:2.3:o:fortinet:fortios:7.4.2:*:*:*:*:*:*:*");
  CHECK(find(inventory, "big-ip").version.empty());
  CHECK(inventory.passed_over == 1);
  CHECK(find(taken("Device,Product,Version\nh1,VMware ESXi,8.0.1\n"), "esxi").version == "8.0.1");
}

TEST_CASE("what is none, or cut off, is refused by name") {
  CHECK(refusal("").find("empty") != std::string::npos);
  CHECK(refusal("hello").find("no inventory") != std::string::npos);
  CHECK(refusal("{\"a\":1}").find("no inventory") != std::string::npos);
  CHECK(refusal("{\"bomFormat\":\"CycloneDX\"").find("JSON") != std::string::npos);
  CHECK(refusal("name,version,publisher\n\"open").find("quote") != std::string::npos);
  Budget budget(inventory_limits());
  const std::byte byte{};
  CHECK(read_inventory(ByteView(&byte, 10'000'000'000), {}, budget).error().what().find("10000000000") != std::string::npos);
}

TEST_CASE("one package is one row") {
  const auto inventory = taken("a==1\na==1\nA==1\n", "requirements.txt");
  CHECK(inventory.packages.size() == 1);
  CHECK(inventory.repeated == 2);
}
