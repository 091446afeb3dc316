import { wordsOf } from "@/lib/i18n";

const vi = {
  choose: "Chọn tệp",
  drop: "hoặc kéo thả tệp vào đây.",
  most: (size: string) => `Tối đa ${size} mỗi tệp.`,
  tooLarge: (name: string, size: string) => `«${name}» lớn hơn ${size} nên không đưa lên được.`,
  empty: (name: string) => `«${name}» không có nội dung.`,
  remove: (name: string) => `Bỏ tệp ${name}`,
  hashing: "Đang tính SHA-256…",
};

const en: typeof vi = {
  choose: "Choose a file",
  drop: "or drop it here.",
  most: (size) => `At most ${size} a file.`,
  tooLarge: (name, size) => `“${name}” is larger than ${size} and cannot be uploaded.`,
  empty: (name) => `“${name}” is empty.`,
  remove: (name) => `Remove the file ${name}`,
  hashing: "Computing SHA-256…",
};

export const useFileWords = wordsOf(vi, en);
