#include "systems_provincial.hpp"

namespace khien::hub::demo {
namespace {

constexpr SystemRow kRows[] = {
    {"skhcn", "Nền tảng tích hợp, chia sẻ dữ liệu tỉnh (LGSP)",
     "Nối các hệ thống của tỉnh với nhau và với quốc gia", 3},
    {"skhcn", "Trung tâm dữ liệu tỉnh", "Máy chủ và lưu trữ của các hệ thống dùng chung", 4},
    {"skhcn", "Mạng truyền số liệu chuyên dùng của tỉnh", "Mạng riêng của cơ quan nhà nước", 3},
    {"skhcn", "Hệ thống thư điện tử công vụ", "Thư điện tử của cán bộ, công chức", 3},
    {"skhcn", "Kho dữ liệu dùng chung của tỉnh", "Dữ liệu mở và dữ liệu dùng chung", 3},
    {"vanphong", "Cổng thông tin điện tử tỉnh", "Thông tin chính thức của UBND tỉnh", 3},
    {"vanphong", "Hệ thống quản lý văn bản và điều hành", "Văn bản đi, đến của toàn tỉnh", 3},
    {"vanphong", "Hệ thống thông tin báo cáo tỉnh", "Chế độ báo cáo định kỳ", 3},
    {"hcc", "Hệ thống thông tin giải quyết thủ tục hành chính", "Dịch vụ công trực tuyến và một cửa", 3},
    {"stc", "Hệ thống quản lý ngân sách tỉnh", "Dự toán, chấp hành và quyết toán", 3},
    {"snv", "Cơ sở dữ liệu cán bộ, công chức, viên chức", "Hồ sơ nhân sự toàn tỉnh", 3},
    {"snnmt", "Cơ sở dữ liệu đất đai", "Hồ sơ địa chính, giấy chứng nhận", 3},
    {"syt", "Hồ sơ sức khỏe điện tử", "Dữ liệu sức khỏe của người dân", 3},
    {"bvdk", "Hệ thống thông tin bệnh viện (HIS)", "Khám, chữa bệnh, viện phí", 3},
    {"bvdk", "Hệ thống lưu trữ và truyền hình ảnh y tế (PACS)", "Ảnh chụp, chiếu của người bệnh", 3},
    {"bvsn", "Hệ thống thông tin bệnh viện (HIS)", "Khám, chữa bệnh, viện phí", 3},
    {"sgddt", "Cơ sở dữ liệu ngành giáo dục", "Học sinh, giáo viên, trường lớp", 3},
    {"stp", "Hệ thống hộ tịch điện tử", "Khai sinh, kết hôn, khai tử", 3},
    {"sxd", "Hệ thống giám sát giao thông thông minh", "Camera và điều khiển đèn tín hiệu", 3},
    {"congan", "Hệ thống camera an ninh đô thị", "Giám sát an ninh, trật tự", 3},
    {"soc", "Hệ thống giám sát an ninh mạng của tỉnh", "Thu thập và phân tích nhật ký", 3},
    {"bao", "Hệ thống sản xuất và phát sóng", "Phát thanh, truyền hình", 3},
    {"capnuoc", "Hệ thống điều khiển và giám sát cấp nước (SCADA)", "Trạm bơm và mạng lưới nước", 3},

    {"vanphong", "Hệ thống phòng họp không giấy tờ", "Tài liệu và biểu quyết của các cuộc họp", 2},
    {"vanphong", "Hệ thống hội nghị truyền hình", "Họp trực tuyến ba cấp", 2},
    {"skhcn", "Hệ thống quản lý nhiệm vụ khoa học", "Đề tài, dự án khoa học và công nghệ", 2},
    {"cds", "Hệ thống giám sát hạ tầng công nghệ thông tin", "Theo dõi máy chủ và đường truyền", 2},
    {"cds", "Trung tâm điều hành thông minh (IOC)", "Số liệu kinh tế – xã hội cho lãnh đạo", 2},
    {"stc", "Phần mềm quản lý tài sản công", "Đất, nhà, xe của cơ quan nhà nước", 2},
    {"stc", "Cổng thông tin doanh nghiệp và đầu tư", "Hỗ trợ nhà đầu tư", 2},
    {"snv", "Phần mềm thi đua, khen thưởng", "Hồ sơ đề nghị khen thưởng", 2},
    {"snv", "Kho lưu trữ lịch sử điện tử", "Tài liệu lưu trữ số hóa", 2},
    {"snnmt", "Hệ thống quan trắc môi trường tự động", "Nước, không khí tại khu công nghiệp", 2},
    {"snnmt", "Hệ thống cảnh báo thiên tai", "Mực nước, lượng mưa", 2},
    {"syt", "Phần mềm quản lý hành nghề y, dược", "Chứng chỉ hành nghề, cơ sở dược", 2},
    {"cdc", "Hệ thống giám sát bệnh truyền nhiễm", "Báo cáo ca bệnh", 2},
    {"bvyhct", "Phần mềm quản lý bệnh viện", "Khám, chữa bệnh, viện phí", 2},
    {"sgddt", "Hệ thống tuyển sinh đầu cấp", "Đăng ký vào lớp 1, lớp 6, lớp 10", 2},
    {"cdyte", "Hệ thống quản lý đào tạo", "Sinh viên, điểm, học phí", 2},
    {"cdlamgiang", "Hệ thống quản lý đào tạo", "Sinh viên, điểm, học phí", 2},
    {"sxd", "Cơ sở dữ liệu quy hoạch xây dựng", "Bản đồ quy hoạch, giấy phép", 2},
    {"sct", "Cơ sở dữ liệu công nghiệp, thương mại", "Doanh nghiệp, cụm công nghiệp, chợ", 2},
    {"svhttdl", "Cổng du lịch thông minh", "Điểm đến, lưu trú", 2},
    {"bqlkcn", "Phần mềm quản lý khu công nghiệp", "Dự án, lao động trong khu công nghiệp", 2},
    {"thanhtra", "Phần mềm tiếp công dân, khiếu nại, tố cáo", "Đơn thư và kết quả giải quyết", 2},
    {"quansu", "Phần mềm quản lý huấn luyện", "Kế hoạch và kết quả huấn luyện", 2},

    {"sdttg", "Trang thông tin điện tử", "Tin tức của ngành", 1},
    {"thanhtra", "Trang thông tin điện tử", "Tin tức của ngành", 1},
    {"bqlkcn", "Trang thông tin điện tử", "Tin tức và mời gọi đầu tư", 1},
    {"sct", "Trang thông tin điện tử", "Tin tức của ngành", 1},
    {"svhttdl", "Thư viện điện tử tỉnh", "Tra cứu sách", 1},
    {"thptchuyen", "Trang thông tin điện tử", "Tin tức của nhà trường", 1},
    {"thptnguyentrai", "Trang thông tin điện tử", "Tin tức của nhà trường", 1},
    {"dtnt", "Trang thông tin điện tử", "Tin tức của nhà trường", 1},
    {"cdyte", "Trang thông tin điện tử", "Tin tức của nhà trường", 1},
    {"cdlamgiang", "Thư viện số", "Giáo trình, tài liệu", 1},

    {"svhttdl", "Hệ thống bán vé điện tử bảo tàng", "Mới đưa vào dùng, chưa xác định cấp độ", 0},
};

}  // namespace

std::span<const SystemRow> provincial_systems() { return kRows; }

}  // namespace khien::hub::demo
