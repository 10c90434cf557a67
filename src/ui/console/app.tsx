// Chooses the screen of an address, and draws what is around it: the menu, and the sign-in when nobody is signed in.

import { Component, type ComponentChildren, type FunctionComponent } from "preact";
import { lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import type { Action } from "../../domain/people/policy.ts";
import { sessionEnded } from "./data/api.ts";
import { enter } from "./data/navigation.ts";
import { texts } from "./language.ts";
import { may, sessionState } from "./data/session.ts";
import { Gate, SignInAgain } from "./screens/gate.tsx";
import { Home } from "./screens/home/home.tsx";
import { Frame } from "./parts/frame.tsx";
import { PasswordDialog } from "./parts/forms/password-dialog.tsx";
import { Nothing } from "./parts/screen.tsx";

const Setup = lazy(() => import("./screens/setup/setup.tsx").then(({ Setup }) => Setup));
const EventScreen = lazy(() => import("./screens/event/event.tsx").then(({ EventScreen }) => EventScreen));
const Orders = lazy(() => import("./screens/orders/orders.tsx").then(({ Orders }) => Orders));
const Match = lazy(() => import("./screens/orders/match.tsx").then(({ Match }) => Match));
const OrderScreen = lazy(() => import("./screens/orders/order.tsx").then(({ OrderScreen }) => OrderScreen));
const Holds = lazy(() => import("./screens/event/holds.tsx").then(({ Holds }) => Holds));
const Door = lazy(() => import("./screens/doors/door.tsx").then(({ Door }) => Door));
const Venues = lazy(() => import("./screens/organization/venues.tsx").then(({ Venues }) => Venues));
const VenueScreen = lazy(() => import("./screens/organization/venue.tsx").then(({ VenueScreen }) => VenueScreen));
const Members = lazy(() => import("./screens/organization/members.tsx").then(({ Members }) => Members));
const Keys = lazy(() => import("./screens/organization/keys.tsx").then(({ Keys }) => Keys));
const Audit = lazy(() => import("./screens/organization/audit.tsx").then(({ Audit }) => Audit));
const OrganizationScreen = lazy(() =>
  import("./screens/organization/organization.tsx").then(({ OrganizationScreen }) => OrganizationScreen),
);

export function App() {
  const now = sessionState.value;
  return (
    <LocationProvider scope="/console">
      <Broken>
        {now.kind === "in" && may("catalogue.read") ? (
          <>
            <Frame>
              <Screens />
            </Frame>
            {sessionEnded.value && <SignInAgain />}
            <PasswordDialog />
          </>
        ) : (
          <Gate />
        )}
      </Broken>
    </LocationProvider>
  );
}

function Screens() {
  const { path } = useLocation();
  enter(path);
  return (
    <Router>
      <Route path="/console" component={Home} />
      <Route path="/console/new" component={For("event.write", Setup)} />
      <Route path="/console/new/:venue" component={For("event.write", Setup)} />
      <Route path="/console/events/:id" component={EventScreen} />
      <Route path="/console/events/:id/setup" component={For("event.write", Setup)} />
      <Route path="/console/events/:id/setup/:step" component={For("event.write", Setup)} />
      <Route path="/console/events/:id/holds" component={For("hold.list", Holds)} />
      <Route path="/console/events/:id/door" component={For("door.read", Door)} />
      <Route path="/console/orders" component={For("order.read", Orders)} />
      <Route path="/console/orders/payments" component={For("order.settle", Match)} />
      <Route path="/console/orders/:id" component={For("order.read", OrderScreen)} />
      <Route path="/console/venues" component={Venues} />
      <Route path="/console/venues/:id" component={VenueScreen} />
      <Route path="/console/team" component={For("member.list", Members)} />
      <Route path="/console/keys" component={For("api_key.manage", Keys)} />
      <Route path="/console/log" component={For("audit.read", Audit)} />
      <Route path="/console/organization" component={For("organization.write", OrganizationScreen)} />
      <Route default component={NotHere} />
    </Router>
  );
}

const guarded = new Map<FunctionComponent, FunctionComponent>();

/** The screen for those who may see it, and the reason for others (rule C2). One component a screen, or it would mount again. */
function For(action: Action, Inner: FunctionComponent): FunctionComponent {
  const existing = guarded.get(Inner);
  if (existing) return existing;
  const made = () => (may(action) ? <Inner /> : <Forbidden />);
  guarded.set(Inner, made);
  return made;
}

function Forbidden() {
  const t = texts();
  const now = sessionState.value;
  const roles: Readonly<Record<string, string>> = t.roles;
  const role = now.kind === "in" ? (roles[now.me.role ?? ""] ?? "") : "";
  return <Nothing title={t.lost.forbidden} lead={t.lost.forbiddenMore(role)} />;
}

function NotHere() {
  const t = texts();
  return <Nothing title={t.lost.title} lead={t.lost.lead} />;
}

/** Shows a message after a fault of ours, instead of a blank page. */
class Broken extends Component<{ children: ComponentChildren }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(fault: unknown): void {
    reportError(fault);
    this.setState({ isBroken: true });
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    const t = texts();
    return (
      <main class="page page-narrow stack">
        <h1>{t.error.broken}</h1>
        <p>{t.error.brokenMore}</p>
        <div>
          <button type="button" onClick={() => location.reload()}>
            {t.error.reload}
          </button>
        </div>
      </main>
    );
  }
}
