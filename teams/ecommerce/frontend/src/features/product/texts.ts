import { texts } from "@course/web/i18n";
import { addTexts } from "@/i18n";

export const productTexts = texts({
  en: {
    variant: "Variant",
    inStock: "In stock",
    fewLeft_one: "Only {{count}} left",
    fewLeft_other: "Only {{count}} left",
    soldOut: "Sold out",
    soldOutHint: "As soon as there is some again, you can order it here: this page notices by itself.",
    live: "Price and stock are live",
    add: "Add to cart",
    added_one: "{{count}} piece is in the cart.",
    added_other: "{{count}} pieces are in the cart.",
    toCart: "To the cart",
    moreThanThere_one: "There is only {{count}} left. It is kept for you when you order.",
    moreThanThere_other: "There are only {{count}} left. They are kept for you when you order.",
    about: "About it",
    related: "More of this kind",
    missingTitle: "This product is not in the shop",
    missing: "It may be gone, or the address is mistyped.",
    stockOf: "{{name}}: {{stock}}",
    priceNow: "The price is {{price}} now.",
  },
  ko: {
    variant: "옵션",
    inStock: "재고 있음",
    fewLeft_other: "{{count}}개 남음",
    soldOut: "품절",
    soldOutHint: "다시 들어오면 새로 고치지 않아도 여기에서 바로 주문할 수 있습니다.",
    live: "가격과 재고가 실시간으로 바뀝니다",
    add: "장바구니에 담기",
    added_other: "장바구니에 {{count}}개 담았습니다.",
    toCart: "장바구니로",
    moreThanThere_other: "{{count}}개만 남았습니다. 주문하면 수량을 확보해 드립니다.",
    about: "상품 설명",
    related: "비슷한 상품",
    missingTitle: "없는 상품입니다",
    missing: "판매가 끝났거나 주소를 잘못 입력했습니다.",
    stockOf: "{{name}}: {{stock}}",
    priceNow: "가격이 {{price}}(으)로 바뀌었습니다.",
  },
});

addTexts("product", productTexts);
