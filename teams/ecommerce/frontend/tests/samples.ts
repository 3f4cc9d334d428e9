import type { Cart, Order, Product, User } from "@/api/client";

export const user: User = { id: 7, email: "kim@example.com", name: "Kim", staff: false };

export function product(values: Partial<Product> = {}): Product {
  return {
    slug: "a-mug",
    title: "A mug",
    description: "To drink from",
    category: "kitchen",
    currency: "KRW",
    price: 16_000,
    inStock: true,
    picture: null,
    createdAt: "2026-11-01T10:00:00.000Z",
    variants: [
      { id: 1, sku: "MUG-S", name: "small", price: 16_000, stock: 2 },
      { id: 2, sku: "MUG-L", name: "large", price: 18_000, stock: 0 },
    ],
    ...values,
  };
}

export function cart(values: Partial<Cart> = {}): Cart {
  return {
    id: "0d9a4f2e-9f8e-4c9a-8f7a-5f4f1f0c9a11",
    currency: "KRW",
    subtotal: 32_000,
    discount: 0,
    shipping: 3_000,
    total: 35_000,
    lines: [
      {
        variant: { id: 1, sku: "MUG-S", name: "small", price: 16_000, stock: 2 },
        product: "a-mug",
        title: "A mug",
        picture: null,
        quantity: 2,
        amount: 32_000,
      },
    ],
    ...values,
  };
}

export function order(values: Partial<Order> = {}): Order {
  return {
    number: "261125-ABC",
    state: "pending",
    currency: "KRW",
    subtotal: 32_000,
    discount: 0,
    shipping: 3_000,
    total: 35_000,
    coupon: null,
    address: { id: 3, recipient: "Kim", phone: "010", street: "1", city: "Seoul", postalCode: "04524", country: "KR" },
    createdAt: "2026-11-25T10:00:00.000Z",
    expiresAt: "2026-11-25T10:15:00.000Z",
    lines: [{ variant: 1, sku: "MUG-S", title: "A mug", name: "small", price: 16_000, quantity: 2 }],
    history: [{ state: "pending", reason: "", at: "2026-11-25T10:00:00.000Z" }],
    ...values,
  };
}
