import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { problem, sessionOf, show, stubHub } from "@/lib/test-hub";

import { SignInPage } from "./sign-in-page";

afterEach(() => vi.unstubAllGlobals());

function fillIn(username: string, password: string) {
  fireEvent.change(screen.getByLabelText("Tên đăng nhập"), { target: { value: username } });
  fireEvent.change(screen.getByLabelText("Mật khẩu"), { target: { value: password } });
  fireEvent.click(screen.getByRole("button", { name: "Đăng nhập" }));
}

test("the code is asked for when the hub names the field, and sent with the same password", async () => {
  const asked = stubHub(({ body }) =>
    (body as { totp?: string }).totp === "123456"
      ? [200, sessionOf("soc_operator")]
      : [401, problem("unauthenticated", "Cần mã xác thực.", "totp")],
  );
  show(<SignInPage ended={false} />);
  fillIn("giamsat", "mật khẩu".normalize("NFD"));
  fireEvent.change(await screen.findByLabelText("Mã xác thực 6 số"), { target: { value: "12 34-56" } });
  fireEvent.click(screen.getByRole("button", { name: "Tiếp tục" }));
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  expect(asked[1]?.body).toEqual({ username: "giamsat", password: "mật khẩu".normalize("NFC"), totp: "123456" });
});

test("a wrong password is told in the hub's own words", async () => {
  stubHub({ "POST /session": [401, problem("unauthenticated", "Tên đăng nhập hoặc mật khẩu không đúng.")] });
  show(<SignInPage ended={false} />);
  fillIn("a", "b");
  expect((await screen.findByRole("alert")).textContent).toBe("Tên đăng nhập hoặc mật khẩu không đúng.");
});
