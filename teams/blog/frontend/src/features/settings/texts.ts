import { texts } from "@course/web/i18n";

export const settingsTexts = texts({
  en: {
    title: "Your Settings",
    image: "Picture (address on this site)",
    username: "Username",
    bio: "A few words about you",
    email: "Email",
    newPassword: "New password",
    newPasswordHint: "Leave it empty to keep the present one",
    update: "Update Settings",
    updated: "Your settings are saved.",
    logout: "Or click here to logout",
  },
  ko: {
    title: "설정",
    image: "사진 (이 사이트 안의 주소)",
    username: "사용자 이름",
    bio: "자기소개",
    email: "이메일",
    newPassword: "새 비밀번호",
    newPasswordHint: "바꾸지 않으려면 비워 두세요",
    update: "설정 저장",
    updated: "설정을 저장했습니다.",
    logout: "로그아웃",
  },
});
