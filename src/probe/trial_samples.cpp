#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/random.hpp"
#include "khien/probe/bundle.hpp"
#include "khien/probe/trial.hpp"

namespace khien::probe {
namespace {

constexpr std::size_t kHarmless = 200;

// Never whole in a program file: scanners would take the program away.
std::string eicar() {
  std::string text = "*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP";
  text += "\\4[PA@%P!O5X";
  return {text.rbegin(), text.rend()};
}

struct Kind {
  std::string_view name;
  std::string_view head;
  std::string_view line;  // repeated, with a number
};

constexpr std::array<Kind, 16> kKinds{{
    {"text.txt", "Kính gửi: Ủy ban nhân dân xã\n", "Báo cáo tình hình thực hiện nhiệm vụ, mục "},
    {"page.html", "<!doctype html><html><body>\n", "<p class=\"row\">Thông báo lịch tiếp công dân</p> "},
    {"site.php", "<?php\n", "echo htmlspecialchars($title); // "},
    {"app.js", "'use strict';\n", "export const row = (item) => item.name + "},
    {"style.css", "", ".cell { margin: 0 auto; } /* row */ .c"},
    {"data.json", "[\n", "{\"name\":\"máy trạm\",\"on\":true},"},
    {"list.csv", "stt,ten,don_vi\n", "1,Nguyễn Văn A,Sở Y tế,"},
    {"setup.sh", "#!/bin/sh\nset -eu\n", "install -m 0644 file /usr/local/share/app/"},
    {"tool.py", "import json\n", "print(json.dumps({'n': 1}))  # "},
    {"server.conf", "[server]\n", "listen = 127.0.0.1 ; line "},
    {"access.log", "", "192.0.2.7 - - [22/Nov/2026:10:00:00 +0700] \"GET /tin-tuc HTTP/1.1\" 200 "},
    {"query.sql", "BEGIN;\n", "SELECT id, name FROM unit WHERE parent = "},
    {"mail.eml", "From: a@example.gov.vn\nTo: b@example.gov.vn\nSubject: Hop giao ban\n\n", "Kinh moi du hop, phong "},
    {"image.png", std::string_view("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), "IDAT"},
    {"program.bin", std::string_view("\x7f" "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", 16), ""},
    {"block.dat", "", ""},
}};

std::string harmless(const Kind& kind, std::size_t number) {
  SeededRandom random(number + 1);
  std::string text(kind.head);
  const std::size_t lines = number == 0 ? 0 : 1 + random.below(200);
  for (std::size_t i = 0; i < lines; ++i) {
    text += kind.line;
    text += kind.line.empty() ? std::string(as_text(random.bytes(32))) : std::to_string(random.below(100'000));
    text += '\n';
  }
  return text;
}

}  // namespace

TrialSet built_in_trial() {
  TrialSet set;
  set.must_hit.push_back({"eicar.com", eicar()});
  set.must_miss.push_back({"empty", ""});
  for (std::size_t i = 1; i < kHarmless; ++i) {
    const Kind& kind = kKinds.at(i % kKinds.size());
    set.must_miss.push_back({std::to_string(i) + "-" + std::string(kind.name), harmless(kind, i)});
  }
  return set;
}

Result<TrialSet> examples_of(ByteView bundle) {
  TRY(const auto files, read_bundle(bundle));
  TrialSet set;
  for (const BundleFile& file : files) {
    if (file.path.find("/examples/") == file.path.npos) continue;
    TrialSample sample{std::string(file.path), std::string(as_text(file.bytes))};
    if (file.path.ends_with(".hit.reversed")) std::ranges::reverse(sample.bytes);
    if (file.path.ends_with(".miss")) {
      set.must_miss.push_back(std::move(sample));
    } else if (file.path.ends_with(".hit") || file.path.ends_with(".hit.reversed")) {
      set.must_hit.push_back(std::move(sample));
    }
  }
  return set;
}

}  // namespace khien::probe
