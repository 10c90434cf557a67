// Chooses where an inventory object is created: near its venue, since that is where its buyers and gates are. For `afr`,
// `me` and `sam` the platform takes the nearest region that has objects (docs/operations.md, "Where it runs").

const COUNTRIES: Readonly<Record<Exclude<DurableObjectLocationHint, "apac-ne" | "apac-se">, string>> = {
  afr: "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW",
  me: "AE AM AZ BH GE IL IQ IR JO KW LB OM PS QA SA SY TR YE",
  weur: "AD AT BE CH DE DK ES FO FR GB GG GI GL IE IM IS IT JE LI LU MC MT NL NO PT SE SM VA",
  eeur: "AL BA BG BY CY CZ EE FI GR HR HU LT LV MD ME MK PL RO RS RU SI SK UA XK",
  enam: "AG AI AW BB BL BM BQ BS CA CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PM PR SX TC TT US VC VG VI",
  wnam: "BZ CR GT HN MX NI PA SV",
  sam: "AR BO BR CL CO EC FK GF GY PE PY SR UY VE",
  oc: "AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS",
  apac: "AF BD BN BT CN HK ID IN IO JP KG KH KP KR KZ LA LK MM MN MO MV MY NP PH PK SG TH TJ TL TM TW UZ VN",
};

/** The platform's region for an ISO 3166-1 alpha-2 country; undefined leaves the choice to the platform. */
export function locationHint(country: string): DurableObjectLocationHint | undefined {
  for (const [hint, countries] of Object.entries(COUNTRIES)) {
    if (countries.split(" ").includes(country)) return hint as keyof typeof COUNTRIES;
  }
  return undefined;
}
