// The fields of the console's forms in Afrikaans.

import type { ConsoleTexts } from "./en.ts";

const field = (label: string, wrong: string, hint = "") => ({ label, hint, wrong });

export const fields: ConsoleTexts["fields"] = {
  name: field("Naam", "Gee ’n naam van hoogstens 200 karakters."),
  email: field("E-posadres", "Skryf ’n volledige adres, soos naam@voorbeeld.com."),
  address: field("Straat en nommer", "Sê waar dit is, sodat mense dit kry."),
  city: field("Dorp of stad", "Sê in watter dorp dit is."),
  country: field("Land", "Kies die land."),
  timezone: field("Tydsone", "Kies die tydsone.", "Almal sien tye volgens die horlosies van hierdie plek."),
  venueCapacity: field("Hoeveel mense pas in", "Gee ’n heelgetal, minstens 1."),
  description: field(
    "Wat mense moet weet",
    "Hoogstens 5 000 karakters.",
    "Word op die bladsy van die geleentheid gewys. Leë reëls maak paragrawe, **twee sterre** maak vet.",
  ),
  about: field(
    "Oor julle",
    "Hoogstens 5 000 karakters.",
    "Word op julle bladsy gewys, bo julle geleenthede. Leë reëls maak paragrawe, **twee sterre** maak vet.",
  ),
  start_time: field("Dit begin", "Gee die dag en die tyd."),
  end_time: field("Dit eindig", "Die einde moet ná die begin wees."),
  sale_start: field("Die verkoop begin", "Gee die dag en die tyd.", "Tot dan sê die bladsy wanneer."),
  sale_end: field("Die verkoop eindig", "Dit moet ná die begin van die verkoop wees, en nie ná die geleentheid nie."),
  new_sale_end: field(
    "Die verkoop eindig",
    "Dit moet ná die begin van die verkoop wees, en nie ná die geleentheid nie.",
    "Leeg: wanneer die geleentheid begin.",
  ),
  doors_open: field("Deure maak oop", "Die deure moet oopmaak voor die einde.", "Leeg: twee uur voor dit begin."),
  capacity: field(
    "Hoeveel kaartjies op die meeste",
    "Gee ’n heelgetal wat in die lokaal pas.",
    "Alle kaartjiesoorte saam kan nie meer hê nie.",
  ),
  order_minutes: field(
    "Hoe lank ’n bestelling vir betaling wag, in minute",
    "Van 15 minute tot 10 080, wat ’n week is.",
    "15 vir betalings dadelik, 4 320 vir drie dae wanneer mense per bank betaal.",
  ),
  payment_instructions: field(
    "Hoe om te betaal",
    "Hoogstens 2 000 karakters.",
    "Word gewys aan wie bestel het, met die verwysing van die bestelling.",
  ),
  hold_extension: field("Meer tyd in die mandjie", "Kies een."),
  accent_color: field("Kleur", "Skryf ’n kleur soos #0b6b3a.", "Van knoppies op jou bladsye, as #rrggbb."),
  price: field("Prys", "Skryf ’n bedrag soos 150 of 150,00; 0 as dit gratis is.", "In rand. 0: gratis."),
  total_quantity: field("Hoeveel daar is", "Gee ’n heelgetal, minstens 1."),
  min_per_order: field("Minstens in een bestelling", "Nie bo die meeste in een bestelling nie."),
  max_per_order: field("Hoogstens in een bestelling", "Van 1 tot 50."),
  status: field("Word in die winkel gewys", "Kies een."),
  typeSaleStart: field("Sy verkoop begin", "Dit moet begin voor dit eindig.", "Leeg: saam met die geleentheid s’n."),
  typeSaleEnd: field("Sy verkoop eindig", "Dit moet eindig nadat dit begin.", "Leeg: saam met die geleentheid s’n."),
  role: field("Rol", "Kies ’n rol."),
  gate_code: field("Kode", "Hoofletters, syfers en _, soos GATE_1.", "Kort, soos die span dit noem."),
  gateCapacity: field("Hoeveel mense daardeur pas", "Gee ’n heelgetal, of los dit leeg."),
  gateStatus: field("Die hek is", "Kies een."),
  uses: field("Vir hoeveel fone", "Van 1 tot 200."),
  gate: field("By watter hek", "Kies een."),
  expires_at: field("Tot", "Gee ’n tyd in die toekoms.", "Leeg: dit eindig nie vanself nie."),
  reason: field("Hoekom", "Hoogstens 200 karakters.", "Vir jou eie rekords."),
  notice: field("Wat almal by die hekke moet lees", "Hoogstens 280 karakters."),
};

export const choices: ConsoleTexts["choices"] = {
  status: { available: "Ja", hidden: "Nee, versteek" },
  hold_extension: {
    while_available: "Solank daar kaartjies vir ander oor is",
    always: "Altyd",
    never: "Nooit",
  },
  gateStatus: { open: "Oop", closed: "Toe" },
  role: {
    owner: "Eienaar: alles, ook geld en ander eienaars",
    admin: "Administrateur: alles behalwe geld en eienaars",
    staff: "Personeel: kaartjies, bestellings en deure",
    viewer: "Leser: sien geleenthede, verander niks",
    scanner_only: "Skandeerder: skandeer by die hekke, niks anders nie",
  },
};
