import { useQuery } from "@tanstack/react-query";
import { categories } from "@/api/catalogue";
import { useI18n } from "@/i18n";

/** The categories in the shop's order, by their names in the reader's language; empty while they load. */
export function useCategories() {
  const { language } = useI18n();
  const { data, error } = useQuery(categories);
  const known = (data ?? []).map(({ slug, name }) => ({ slug, name: name[language] }));
  const nameOf = (slug: string) => known.find((one) => one.slug === slug)?.name ?? slug;
  return { categories: known, nameOf, isLoaded: data !== undefined, error };
}
