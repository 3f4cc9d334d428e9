import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { facets } from "@/api/catalogue";
import {
  CURRENCIES,
  defaultSort,
  narrowing,
  SORTS,
  type Currency,
  type Filters,
  type Sort,
} from "@/features/catalogue/filters";
import { useCategories } from "@/hooks/useCategories";
import { useI18n } from "@/i18n";
import { amountIn, currencySign, digitsOf, typedAmount } from "@/money";

interface Props {
  filters: Filters;
  onChange(filters: Filters): void;
}

/** What narrows the list, with how many products each choice would leave. */
export function FilterForm({ filters, onChange }: Props) {
  const { t, formatNumber, formatMoney } = useI18n();
  const { categories } = useCategories();
  const { data } = useQuery({ ...facets(narrowing(filters)), placeholderData: keepPreviousData });
  const set = (values: Partial<Filters>) => onChange({ ...filters, ...values });
  const total = Object.values(data?.categories ?? {}).reduce((sum, count) => sum + count, 0);
  const sorts = SORTS.filter((sort) => sort !== "relevance" || filters.q);
  const choices = [{ slug: "", name: t("catalogue:any") }, ...categories];

  return (
    <div className="filters">
      <fieldset>
        <legend>{t("catalogue:categories")}</legend>
        {choices.map(({ slug, name }) => (
          <label key={slug} className="choice">
            <input
              type="radio"
              name="category"
              value={slug}
              checked={filters.category === slug}
              onChange={() => set({ category: slug })}
            />
            <span>{name}</span>
            {data && <span className="count">{formatNumber(slug ? (data.categories[slug] ?? 0) : total)}</span>}
          </label>
        ))}
      </fieldset>
      {/* One price says nothing of another currency's: where there are several, one is chosen first. */}
      {(filters.currency !== CURRENCIES[0] || (data && data.currencies.length > 1)) && (
        <label className="field">
          <span>{t("catalogue:currency")}</span>
          <select
            name="currency"
            value={filters.currency}
            onChange={(event) => set({ currency: event.target.value as Currency, minPrice: null, maxPrice: null })}
          >
            {CURRENCIES.map((currency) => (
              <option key={currency}>{currency}</option>
            ))}
          </select>
        </label>
      )}
      <PriceRange
        key={`${filters.minPrice}-${filters.maxPrice}-${filters.currency}`}
        filters={filters}
        onChange={set}
      />
      {data?.least != null && data.most != null && (
        <p className="hint">
          {formatMoney(data.least, filters.currency)} – {formatMoney(data.most, filters.currency)}
        </p>
      )}
      <label className="choice">
        <input
          type="checkbox"
          name="inStock"
          checked={filters.inStock}
          onChange={(event) => set({ inStock: event.target.checked })}
        />
        <span>{t("catalogue:inStock", { count: data?.inStock ?? 0 })}</span>
      </label>
      <label className="field">
        <span>{t("catalogue:sort")}</span>
        <select
          name="sort"
          value={filters.sort ?? defaultSort(filters.q)}
          onChange={(event) => set({ sort: event.target.value as Sort })}
        >
          {sorts.map((sort) => (
            <option key={sort} value={sort}>
              {t(`catalogue:sorts.${sort}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function PriceRange({ filters, onChange }: { filters: Filters; onChange(values: Partial<Filters>): void }) {
  const { t, language } = useI18n();
  const { currency } = filters;
  const text = (price: number | null) => (price === null ? "" : typedAmount(price, currency));
  const [least, setLeast] = useState(text(filters.minPrice));
  const [most, setMost] = useState(text(filters.maxPrice));

  function take(event?: FormEvent): void {
    event?.preventDefault();
    const [minPrice, maxPrice] = [amountIn(least, currency), amountIn(most, currency)];
    if (minPrice === undefined || maxPrice === undefined) return;
    if (minPrice !== filters.minPrice || maxPrice !== filters.maxPrice) onChange({ minPrice, maxPrice });
  }

  const bound = (name: string, label: string, typed: string, type: (typed: string) => void) => (
    <label>
      <span className="visually-hidden">{label}</span>
      <input
        name={name}
        inputMode={digitsOf(currency) ? "decimal" : "numeric"}
        autoComplete="off"
        placeholder={label}
        aria-invalid={amountIn(typed, currency) === undefined}
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
    </label>
  );

  return (
    <form onSubmit={take} onBlur={() => take()}>
      <fieldset className="price-range">
        <legend>
          {t("catalogue:price")} ({currencySign(currency, language)})
        </legend>
        {bound("minPrice", t("catalogue:from"), least, setLeast)}
        <span aria-hidden="true">–</span>
        {bound("maxPrice", t("catalogue:to"), most, setMost)}
        {/* Enter in a form of several fields sends it only where there is such a button. */}
        <button type="submit" className="visually-hidden" tabIndex={-1}>
          {t("catalogue:search")}
        </button>
      </fieldset>
    </form>
  );
}
