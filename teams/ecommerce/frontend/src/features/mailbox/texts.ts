import { texts } from "@course/web/i18n";
import { addTexts } from "@/i18n";

export const mailboxTexts = texts({
  en: {
    title: "Mailbox",
    about: "A stand-in: here is what the shop would have sent you by mail.",
    emptyTitle: "No mail yet",
    empty: "When you order something, the shop writes to you.",
    toOrder: "To the order",
    renew: "Look again",
  },
  ko: {
    title: "메일함",
    about: "실제 메일 대신, 쇼핑몰이 보냈을 메일을 여기에서 볼 수 있습니다.",
    emptyTitle: "아직 메일이 없습니다",
    empty: "주문하면 쇼핑몰에서 메일을 보냅니다.",
    toOrder: "주문 보기",
    renew: "다시 확인",
  },
});

addTexts("mailbox", mailboxTexts);
