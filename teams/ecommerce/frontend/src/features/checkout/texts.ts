import { texts } from "@course/web/i18n";
import { addTexts } from "@/i18n";

export const checkoutTexts = texts({
  en: {
    title: "Checkout",
    address: "Where to",
    addAddress: "Another address",
    newAddress: "New address",
    summary: "Your order",
    line: "{{quantity}} × {{title}}",
    order: "Order for {{total}}",
    orderHint: "You pay on the next page. Your things are kept for you meanwhile.",
    chooseAddress: "Choose an address first.",
    toCart: "Change the cart",
    resuming: "Your last order was sent, but its answer did not arrive. It is being looked for.",
    emptyTitle: "There is nothing to order",
    empty: "What you have ordered is among your orders.",
    toOrders: "To your orders",
    soldOut: "Not enough left of: {{names}}.",
    newTotal: "The total is {{total}} now.",
  },
  ko: {
    title: "주문서",
    address: "배송지",
    addAddress: "다른 주소 추가",
    newAddress: "새 주소",
    summary: "주문 상품",
    line: "{{title}} × {{quantity}}",
    order: "{{total}} 주문하기",
    orderHint: "다음 페이지에서 결제합니다. 그동안 상품을 확보해 둡니다.",
    chooseAddress: "배송지를 먼저 골라 주세요.",
    toCart: "장바구니 수정",
    resuming: "지난번 주문을 보냈지만 응답을 받지 못했습니다. 주문을 확인하고 있습니다.",
    emptyTitle: "주문할 상품이 없습니다",
    empty: "이미 주문한 것은 주문 내역에 있습니다.",
    toOrders: "주문 내역으로",
    soldOut: "남은 수량 부족: {{names}}.",
    newTotal: "지금 합계는 {{total}}입니다.",
  },
});

addTexts("checkout", checkoutTexts);
