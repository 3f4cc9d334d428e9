import { texts } from "@course/web/i18n";
import { addTexts } from "@/i18n";

export const accountTexts = texts({
  en: {
    title: "Your account",
    addresses: "Addresses",
    noAddress: "No address yet.",
    remove: "Remove",
    removeOf: "Remove the address of {{recipient}}, {{street}}",
    removeTitle: "Remove this address?",
    removeText: "Orders that went there keep their copy.",
    removed: "The address is removed.",
    added: "The address is saved.",
    add: "Add an address",
    look: "Language and colors",
    language: "Language",
    colors: "Colors",
    system: "As the system",
    light: "Light",
    dark: "Dark",
  },
  ko: {
    title: "내 계정",
    addresses: "배송지",
    noAddress: "아직 배송지가 없습니다.",
    remove: "삭제",
    removeOf: "{{recipient}}, {{street}} 배송지 삭제",
    removeTitle: "이 배송지를 삭제할까요?",
    removeText: "이미 한 주문의 배송지는 그대로 남습니다.",
    removed: "배송지를 삭제했습니다.",
    added: "배송지를 저장했습니다.",
    add: "배송지 추가",
    look: "언어와 색상",
    language: "언어",
    colors: "색상",
    system: "시스템 설정",
    light: "밝게",
    dark: "어둡게",
  },
});

addTexts("account", accountTexts);
