#include "khien/advisory/package.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "khien/advisory/distribution.hpp"

using namespace khien;
using namespace khien::advisory;

namespace {

std::string in_one(std::string_view text) {
  const auto url = parse_package_url(text);
  if (!url) return url.error().what();
  return url->key.type + "|" + url->key.space + "|" + url->key.name + "|" + url->key.release + "|" + url->version;
}

}  // namespace

TEST_CASE("package URL: parts, decoded and in the normal form of their type") {
  CHECK(in_one("pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie") == "deb|debian|curl|8|7.50.3-1");
  CHECK(in_one("pkg:deb/debian/openssl@1%3A3.0.11-1~deb12u2?distro=debian-12.4") == "deb|debian|openssl|12|1:3.0.11-1~deb12u2");
  CHECK(in_one("pkg:deb/ubuntu/bash@5.1-6ubuntu1?distro=ubuntu-22.04") == "deb|ubuntu|bash|22.04|5.1-6ubuntu1");
  CHECK(in_one("pkg:apk/alpine/musl@1.2.4-r2?distro=alpine-3.19.1") == "apk|alpine|musl|3.19|1.2.4-r2");
  CHECK(in_one("pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25") == "rpm|fedora|curl|25|7.50.3-1.fc25");
  CHECK(in_one("pkg:rpm/redhat/bind-libs@9.11.4-26.el7?epoch=32&distro=redhat-7.9") == "rpm|redhat|bind-libs|7|32:9.11.4-26.el7");
  CHECK(in_one("pkg:rpm/bash@5.1-6.el9?distro=rhel-9.2") == "rpm|redhat|bash|9|5.1-6.el9");
  CHECK(in_one("pkg:npm/%40angular/animation@12.3.1") == "npm|@angular|animation||12.3.1");
  CHECK(in_one("pkg:npm/@angular/animation") == "npm|@angular|animation||");
  CHECK(in_one("pkg:pypi/Django_package.name@1.11.1.dev1") == "pypi||django-package-name||1.11.1.dev1");
  CHECK(in_one("pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?repository_url=repo.spring.io%2Frelease") ==
        "maven|org.apache.xmlgraphics|batik-anim||1.9.1");
  CHECK(in_one("pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/") == "golang|google.golang.org|genproto||abcdedf");
  CHECK(in_one("pkg:k8s/k8s.io%2Fkubelet@1.2") == "k8s|k8s.io|kubelet||1.2");
  CHECK(in_one("pkg:swift/%2Fa%2F%2Fb@1.2") == "swift|a|b||1.2");
  CHECK(in_one("pkg:composer/Guzzlehttp/Promises@2.0.2") == "composer|guzzlehttp|promises||2.0.2");
  CHECK(in_one("pkg:nuget/Newtonsoft.Json@12.0.3") == "nuget||newtonsoft.json||12.0.3");
  CHECK(in_one("pkg://gem/ruby-advisory-db-check@0.12.4") == "gem||ruby-advisory-db-check||0.12.4");
}

TEST_CASE("package URL: a qualifier tells more than a wider namespace") {
  CHECK(in_one("pkg:rpm/suse/curl@8.6.0-1.1?distro=slem-6.0") == "rpm|suse-micro|curl|6.0|8.6.0-1.1");
  CHECK(in_one("pkg:rpm/suse/curl@8.6.0-1.1?distro=sles-15.5") == "rpm|suse|curl|15.5|8.6.0-1.1");
  CHECK(in_one("pkg:rpm/opensuse/curl@8.6.0-1.1?distro=opensuse-tumbleweed-20240607") == "rpm|opensuse-tumbleweed|curl||8.6.0-1.1");
  CHECK(in_one("pkg:rpm/opensuse/curl@8.6.0-1.1?distro=opensuse-tumbleweed") == "rpm|opensuse-tumbleweed|curl||8.6.0-1.1");
  CHECK(in_one("pkg:rpm/opensuse/curl@8.6.0-1.1?distro=opensuse-leap-15.5") == "rpm|opensuse|curl|15.5|8.6.0-1.1");
  CHECK(in_one("pkg:rpm/curl@8.6.0-1.1?distro=slem-6.0") == "rpm|suse-micro|curl|6.0|8.6.0-1.1");
  CHECK(in_one("pkg:rpm/redhat/curl@8.6.0-1.1?distro=slem-6.0") == "rpm|redhat|curl|6|8.6.0-1.1");
}

TEST_CASE("package URL: written as it is read, encoded, an RPM's epoch beside the version") {
  CHECK(package_url_of({"deb", "debian", "libstdc++6", "12"}, "1:12.2.0-14+b1") == "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14%2Bb1?distro=debian-12");
  CHECK(package_url_of({"rpm", "redhat", "bind-libs", "7"}, "32:9.11.4-26.el7") == "pkg:rpm/redhat/bind-libs@9.11.4-26.el7?epoch=32&distro=redhat-7");
  CHECK(package_url_of({"npm", "@angular", "core", ""}, "1.0.0") == "pkg:npm/%40angular/core@1.0.0");
  CHECK(package_url_of({"golang", "github.com/a", "b", ""}, "v1?#&%") == "pkg:golang/github.com/a/b@v1%3F%23%26%25");
  CHECK(package_url_of({"appliance", "fortinet", "fortios", ""}, "7.0") == "");
  CHECK(package_url_of({"rpm", "redhat", "a", ""}, "1:2:3") == "pkg:rpm/redhat/a@1:2:3");
  CHECK(package_url_of({"rpm", "redhat", "a", ""}, "12345678901:3") == "pkg:rpm/redhat/a@12345678901:3");
  for (const auto& [key, version] : {std::pair(PackageKey{"rpm", "suse-micro", "a b", "6.0"}, "1:2-3"), std::pair(PackageKey{"rpm", "mariner", "é", "3.0"}, "0:2-3"),
                                     std::pair(PackageKey{"npm", "@x", "y@z", ""}, "1+2"), std::pair(PackageKey{"deb", "ubuntu", "a", "22.04"}, "2:1~b")}) {
    const auto back = parse_package_url(package_url_of(key, version));
    REQUIRE(back);
    CHECK(back->key == key);
    CHECK(compare_versions(order_of(key), back->version, version).value() == 0);
  }
}

TEST_CASE("package: distributions by newer names, and those whose release must be told") {
  CHECK(find_distribution("slem", "6.0") == Distribution{"rpm", "suse-micro", "6.0"});
  CHECK(find_distribution("SL-Micro", "6.1") == Distribution{"rpm", "suse-micro", "6.1"});
  CHECK(find_distribution("CentOS Stream", "9") == Distribution{"rpm", "redhat", "9"});
  CHECK(find_distribution("opensuse.leap", "15.5") == Distribution{"rpm", "opensuse", "15.5"});
  for (const char* told : {"22.03-LTS-SP3", "22.03 (LTS-SP3)", "22.03LTS_SP3", "22.03-sp3"}) CHECK(find_distribution("openEuler", told)->release == "22.03-sp3");
  CHECK(find_distribution("openEuler", "22.03-LTS")->release == "22.03");
  CHECK(find_distribution("Azure Linux", "3") == find_distribution("azurelinux", "3.0"));
  for (const char* year : {"2011.09", "2014.03", "2015.09", "AMI release 2018.03"}) CHECK(find_distribution("amazon", year)->release == "1");
  CHECK(find_distribution("amazon", "2023")->release == "2023");
  CHECK(lacks_release({"deb", "debian", "a", ""}));
  CHECK(lacks_release({"rpm", "", "a", ""}));
  CHECK_FALSE(lacks_release({"deb", "debian", "a", "12"}));
  CHECK_FALSE(lacks_release({"apk", "wolfi", "a", ""}));
  CHECK_FALSE(lacks_release({"npm", "", "a", ""}));
}

TEST_CASE("package URL: what asks for more stays beside the key") {
  const auto url = parse_package_url("pkg:deb/debian/libssl1.1@1.1.1n-0?arch=amd64&upstream=openssl%401.1.1n-0&distro=debian-11");
  REQUIRE(url);
  CHECK(url->arch == "amd64");
  CHECK(url->upstream == "openssl@1.1.1n-0");
}

TEST_CASE("package URL: an error names the part") {
  CHECK(in_one("npm/a@1") == "package URL: its scheme is not pkg");
  CHECK(in_one("pkg:npm") == "package URL: its name is missing");
  CHECK(in_one("pkg:npm/@1.0") == "package URL: its name is missing");
  CHECK(in_one("pkg:/a") == "package URL: its name is missing");
  CHECK(in_one("pkg:n_m/a") == "package URL: its type has a character that none may have");
  CHECK(in_one("pkg:npm/a@%zz") == "package URL: its version has a '%' that two hexadecimal digits do not follow");
  CHECK(in_one("pkg:npm/a%ff@1") == "package URL: its name is not UTF-8");
  CHECK(in_one("pkg:npm/a%00@1") == "package URL: its name has a control character");
  CHECK(in_one("pkg:rpm/redhat/a@1?epoch=x") == "package URL: its epoch is no number");
  CHECK(in_one("pkg:rpm/redhat/a@1?epoch") == "package URL: its qualifiers have a part that is no key=value");
}

TEST_CASE("package: whose order its versions have") {
  CHECK(order_of({"deb", "debian", "a", "12"}) == VersionOrder::dpkg);
  CHECK(order_of({"golang", "", "a", ""}) == VersionOrder::semver);
  CHECK(order_of({"cran", "", "a", ""}) == VersionOrder::cran);
  CHECK(order_of({"hackage", "", "a", ""}) == VersionOrder::hackage);
  CHECK(order_of({"windows", "microsoft", "windows server 2019", ""}) == VersionOrder::kb);
  CHECK(order_of({"windows", "", "winrar", ""}) == VersionOrder::generic);
  CHECK(order_of({"appliance", "fortinet", "fortios", ""}) == VersionOrder::generic);
  CHECK(order_of({"never heard of", "", "a", ""}) == VersionOrder::generic);
}
