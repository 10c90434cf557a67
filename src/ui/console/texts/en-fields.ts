// The fields of the console's forms in English: each field's label, its message when it is wrong, and a hint.

const field = (label: string, wrong: string, hint = "") => ({ label, hint, wrong });

export const fields = {
  name: field("Name", "Give a name of at most 200 characters."),
  email: field("E-mail address", "Write a whole address, such as name@example.com."),
  address: field("Street and number", "Say where it is, so that people find it."),
  city: field("Town or city", "Say in which town it is."),
  country: field("Country", "Choose the country."),
  timezone: field("Time zone", "Choose the time zone.", "Everybody is shown times by the clocks of this place."),
  venueCapacity: field("How many people fit in", "Give a whole number, at least 1."),
  description: field(
    "What people should know",
    "At most 5,000 characters.",
    "Shown on the page of the event. Blank lines make paragraphs, **two stars** make bold.",
  ),
  about: field(
    "About you",
    "At most 5,000 characters.",
    "Shown on your page, above your events. Blank lines make paragraphs, **two stars** make bold.",
  ),
  start_time: field("It begins", "Give the day and the time."),
  end_time: field("It ends", "The end must be after the beginning."),
  sale_start: field("The sale opens", "Give the day and the time.", "Until then the page says when it will."),
  sale_end: field("The sale closes", "It must be after the sale opens, and not after the event ends."),
  new_sale_end: field(
    "The sale closes",
    "It must be after the sale opens, and not after the event ends.",
    "Left empty: when the event begins.",
  ),
  doors_open: field(
    "Doors open",
    "The doors must open before the event ends.",
    "Left empty: two hours before it begins.",
  ),
  capacity: field(
    "How many tickets at most",
    "Give a whole number that fits into the venue.",
    "All ticket types together cannot have more.",
  ),
  order_minutes: field(
    "How long an order waits for its payment, in minutes",
    "From 15 minutes to 10,080, which is a week.",
    "15 for payments at once, 4,320 for three days when people pay by bank transfer.",
  ),
  payment_instructions: field(
    "How to pay",
    "At most 2,000 characters.",
    "Shown to whoever has ordered, with the reference of the order.",
  ),
  hold_extension: field("More time in the basket", "Choose one."),
  accent_color: field("Colour", "Write a colour such as #0b6b3a.", "Of buttons on your pages, as #rrggbb."),
  price: field("Price", "Write an amount such as 150 or 150,00; 0 when it is free.", "In rand. 0: free."),
  total_quantity: field("How many there are", "Give a whole number, at least 1."),
  min_per_order: field("At least in one order", "Not above the most in one order."),
  max_per_order: field("At most in one order", "From 1 to 50."),
  status: field("Shown in the shop", "Choose one."),
  typeSaleStart: field("Its sale opens", "It must open before it closes.", "Left empty: with the event’s."),
  typeSaleEnd: field("Its sale closes", "It must close after it opens.", "Left empty: with the event’s."),
  role: field("Role", "Choose a role."),
  gate_code: field("Code", "Capitals, digits and _, such as GATE_1.", "Short, as the crew calls it."),
  gateCapacity: field("How many people fit through", "Give a whole number, or leave it empty."),
  gateStatus: field("The gate is", "Choose one."),
  uses: field("For how many phones", "From 1 to 200."),
  gate: field("At which gate", "Choose one."),
  expires_at: field("Until", "Give a time in the future.", "Left empty: it does not end by itself."),
  reason: field("Why", "At most 200 characters.", "For your own records."),
  notice: field("What everybody at the gates should read", "At most 280 characters."),
};

export const choices = {
  status: { available: "Yes", hidden: "No, hidden" },
  hold_extension: {
    while_available: "While tickets are left for others",
    always: "Always",
    never: "Never",
  },
  gateStatus: { open: "Open", closed: "Closed" },
  role: {
    owner: "Owner: everything, also money and other owners",
    admin: "Administrator: everything but money and owners",
    staff: "Staff: tickets, orders and doors",
    viewer: "Reader: sees events, changes nothing",
    scanner_only: "Scanner: scans at the gates, nothing else",
  },
};
