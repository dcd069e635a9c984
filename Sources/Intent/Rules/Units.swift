/// Words that say what is counted or measured.
enum Units {
  /// Stems of people who use an application.
  static let people: Set<String> = [
    "user", "people", "person", "customer", "client", "employee", "developer", "dev", "engineer", "agent", "student", "pupil", "teacher",
    "seat", "visitor", "subscriber", "patient", "doctor", "lawyer", "attorney", "analyst", "researcher", "scientist", "member", "colleague",
    "coworker", "staff", "headcount", "folk", "player", "learner", "writer", "editor", "journalist", "reader", "marketer", "translator",
    "programmer", "coder", "consultant", "citizen", "shopper", "buyer", "guest", "traveler", "traveller", "tenant", "operator", "reviewer",
    "physician", "nurse", "clinician", "accountant", "recruiter", "rep", "representative", "associate", "participant", "dau", "mau",
    "account", "session", "worker", "human", "viewer", "partner", "salespeople", "nutzer", "benutzer", "anwender", "mitarbeiter",
    "utilisateur", "usuario", "persona", "personne", "utente",
  ]

  /// Stems of what a server answers.
  static let requests: Set<String> = [
    "request", "req", "query", "call", "message", "prompt", "question", "conversation", "chat", "document", "doc", "ticket", "email",
    "page",
    "completion", "translation", "summary", "hit", "transaction", "inference", "generation", "job", "item", "article", "file", "report",
    "invocation", "interaction", "review", "contract", "case", "post", "turn", "anfrage", "requete", "consulta", "pdf", "paper", "record",
    "meeting", "transcript", "suggestion", "invoice", "claim", "form", "description",
  ]

  private static let seconds: [String: Double] = [
    "second": 1, "sec": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "h": 3600, "day": 86_400, "d": 86_400,
    "week": 604_800,
    "month": 2_628_000, "mo": 2_628_000, "mth": 2_628_000, "year": 31_536_000, "yr": 31_536_000, "annum": 31_536_000, "monat": 2_628_000,
    "moi": 2_628_000, "mois": 2_628_000, "me": 2_628_000, "mes": 2_628_000, "sekunde": 1, "seconde": 1, "segundo": 1, "stunde": 3600,
    "jour": 86_400,
    "tag": 86_400, "dia": 86_400,
  ]
  private static let adverbs: [String: Double] = [
    "monthly": 2_628_000, "hourly": 3600, "daily": 86_400, "weekly": 604_800, "yearly": 31_536_000, "annually": 31_536_000,
    "annual": 31_536_000, "pm": 2_628_000,
  ]
  private static let connectors: Set<String> = ["per", "/", "a", "an", "each", "every", "pro", "par", "al", "por", "im", "in"]

  /// `per month`, `/mo`, `a day`, `monthly`: seconds of the period and the place after it.
  static func period(at place: Int, in reading: Reading) -> (seconds: Double, next: Int)? {
    guard let stem = reading.stem(place) else { return nil }
    if let adverb = adverbs[stem] { return (adverb, place + 1) }
    guard connectors.contains(stem) else { return nil }
    var next = place + 1
    if ["single", "given", "the", "one"].contains(reading.stem(next) ?? "") { next += 1 }
    guard let unit = reading.stem(next), let seconds = seconds[unit] else { return nil }
    return (seconds, next + 1)
  }

  /// `monthly`, `annual` before a word like budget.
  static func adverb(at place: Int, in reading: Reading) -> Double? { reading.stem(place).flatMap { adverbs[$0] } }

  private static let milliseconds: [String: Double] = [
    "ms": 1, "msec": 1, "millisecond": 1, "milli": 1, "milisecond": 1, "millisekunde": 1, "s": 1000, "sec": 1000, "second": 1000,
    "sekunde": 1000, "seconde": 1000, "segundo": 1000, "minute": 60_000, "min": 60_000,
  ]

  /// A duration's unit in milliseconds.
  static func time(at place: Int, in reading: Reading) -> Double? {
    let place = reading.stem(place) == "-" ? place + 1 : place
    return reading.stem(place).flatMap { milliseconds[$0] }
  }
}
