"""Made-up Vietnam: common parts of names, streets and places, put together by chance into people who do not exist."""

from __future__ import annotations

FAMILY_NAMES = (
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Võ", "Đặng",
    "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Đoàn", "Trịnh", "Mai", "Đào", "Tạ", "Lương", "Quách",
)  # fmt: skip
MIDDLE_NAMES = (
    "Minh", "Ngọc", "Thanh", "Đức", "Hữu", "Quang", "Thu", "Hồng", "Xuân", "Kim", "Bích", "Mạnh", "Tuấn", "Hải",
    "Khánh", "Gia", "Bảo", "Phương", "Thùy", "Công",
)  # fmt: skip
MALE_NAMES = (
    "Anh", "Bình", "Cường", "Dũng", "Đạt", "Giang", "Hiếu", "Hòa", "Hùng", "Hưng", "Khoa", "Long", "Nam", "Nghĩa",
    "Phong", "Quân", "Sơn", "Tài", "Thắng", "Thịnh", "Toàn", "Trung", "Tuấn", "Tùng", "Việt", "Vinh",
)  # fmt: skip
FEMALE_NAMES = (
    "Anh", "Chi", "Dung", "Giang", "Hà", "Hạnh", "Hằng", "Hiền", "Hoa", "Huệ", "Hương", "Lan", "Liên", "Linh", "Loan",
    "Mai", "Nga", "Ngân", "Nhung", "Oanh", "Phượng", "Quyên", "Tâm", "Thảo", "Thủy", "Trang", "Tuyết", "Vân", "Yến",
)  # fmt: skip
STREETS = (
    "đường Hoa Sữa", "phố Bằng Lăng", "ngõ 12 phố Sao Băng", "đường Cây Gạo", "phố Hạc Trắng", "ngách 5/7 phố Lúa Mới",
    "đường Mây Hồng", "phố Thợ Gốm", "khu tập thể Sao Mai", "đường Đê Cũ",
)  # fmt: skip
# Real places all over the country, so that some lie outside of any one unit.
PLACES = (
    "Hoàn Kiếm", "Ba Đình", "Cầu Giấy", "Thanh Xuân", "Gia Lâm", "Đông Anh", "Từ Sơn", "Hải Châu", "Ninh Kiều",
    "Bình Thạnh", "Thủ Dầu Một", "Hồng Bàng",
)  # fmt: skip
PROCEDURES = ("Cấp mới", "Cấp lại", "Đăng ký", "Xác nhận", "Cấp bản sao", "Điều chỉnh thông tin", "Gia hạn")
