import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { mails } from "@/api/customers";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Notice } from "@/components/Notice";
import { Skeleton } from "@/components/Skeleton";
import { useSession } from "@/hooks/useSession";
import { useTitle } from "@/hooks/useTitle";
import { useI18n } from "@/i18n";
import "@/features/mailbox/texts";
import "@/features/mailbox/mailbox.css";

export default function MailboxPage() {
  const { t, formatDate } = useI18n();
  const { signedIn } = useSession();
  const { data, error, refetch, isFetching } = useQuery({ ...mails, enabled: signedIn });
  useTitle(t("mailbox:title"));

  return (
    <div className="container container-list mailbox-page">
      <h1>{t("mailbox:title")}</h1>
      <p className="hint">{t("mailbox:about")}</p>
      <p>
        <button type="button" className="btn btn-sm" aria-busy={isFetching} onClick={() => void refetch()}>
          {t("mailbox:renew")}
        </button>
      </p>
      {!data && (error ? <ErrorNotice error={error} retry={() => void refetch()} /> : <Skeleton lines={8} />)}
      {data?.length === 0 && (
        <Notice title={t("mailbox:emptyTitle")}>
          <p>{t("mailbox:empty")}</p>
        </Notice>
      )}
      <ul className="mails">
        {data?.map((mail) => (
          <li key={`${mail.order}-${mail.kind}`}>
            <h2>{mail.subject}</h2>
            <time dateTime={mail.sentAt}>{formatDate(mail.sentAt, "time")}</time>
            <p className="mail-body">{mail.body}</p>
            <Link to={`/orders/${mail.order}`}>{t("mailbox:toOrder")}</Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
