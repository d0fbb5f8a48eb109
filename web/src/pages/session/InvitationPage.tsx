import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { invitationQuery, useAcceptInvitation } from "@/api/session";
import { Problem } from "@/api/problem";
import { Button } from "@/components/action/Button";
import { ProblemNotice } from "@/components/feedback/ProblemNotice";
import { Bone } from "@/components/feedback/Loading";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";

export default function InvitationPage() {
  const token = useLocation().hash;
  const { data, error, isPending } = useQuery({ ...invitationQuery(token), enabled: token !== "" });
  const router = useRouter();
  const accept = useAcceptInvitation(token);
  const [password, setPassword] = useState("");

  if (token === "" || error) {
    return (
      <Door title="This invitation does not work">
        <div className="mt-4 space-y-4">
          {error ? (
            <ProblemNotice error={error} />
          ) : (
            <p className="text-muted">
              The link is not whole. Copy all of it, with what stands after the # sign.
            </p>
          )}
          <Button asChild className="w-full">
            <Link to="/sign-in">Go to the sign-in</Link>
          </Button>
        </div>
      </Door>
    );
  }
  const refused = accept.error instanceof Problem ? accept.error.fields.password : undefined;
  return (
    <Door title={data ? `Welcome, ${data.name}` : "Welcome"}>
      {isPending ? (
        <Bone className="mt-3 h-4 w-3/4" />
      ) : (
        <p className="mt-1 text-muted">Choose a password. You sign in with {data.email}.</p>
      )}
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          accept.mutate(password, { onSuccess: () => void router.navigate({ to: "/", replace: true }) });
        }}
      >
        <input type="hidden" autoComplete="username" value={data?.email ?? ""} readOnly />
        <NewPassword value={password} onChange={setPassword} error={refused} />
        <ProblemNotice error={accept.error} />
        <Button type="submit" look="primary" busy={accept.isPending} className="w-full">
          Begin
        </Button>
      </form>
    </Door>
  );
}
