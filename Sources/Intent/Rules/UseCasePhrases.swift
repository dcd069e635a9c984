/// What people call each use case. A weight of 3 names it, 2 is typical of it, 1 is a hint.
enum UseCasePhrases {
  struct Group: Sendable {
    let useCase: UseCaseName
    let weight: Int
    let phrases: [String]

    init(_ useCase: UseCaseName, _ weight: Int, _ phrases: [String]) {
      self.useCase = useCase
      self.weight = weight
      self.phrases = phrases
    }
  }

  static let all: [Group] = chat + code + text + documents

  private static let chat = [
    Group(
      .chatbotConversational, 3,
      [
        "chatbot", "chat bot", "chat assistant", "virtual assistant", "conversational assistant", "conversational agent", "support bot",
        "customer support", "customer service", "customer care", "helpdesk", "help desk", "voice assistant", "chat application", "chat app",
        "chat interface", "conversational ai", "chat service", "live chat", "contact center", "call center", "contact centre",
        "call centre",
        "support assistant", "support agent", "help bot", "faq bot", "like chatgpt", "chatgpt clone", "chatgpt", "ai companion",
        "messenger bot",
        "service desk", "slack bot", "discord bot", "telegram bot", "whatsapp bot", "knowledge search", "interactive chatbot", "chat model",
        "kundenservice", "kundensupport", "service client", "atencion al cliente", "atención al cliente", "asistente virtual",
      ]),
    Group(
      .chatbotConversational, 2,
      [
        "chat", "chatting", "conversation", "conversational", "dialogue", "dialog", "dialogues", "q & a", "q and a", "qa bot", "faq",
        "tutor",
        "tutoring", "concierge", "companion", "talk to", "talk with", "bot", "personal assistant", "ai assistant", "copilot for support",
        "answer questions", "answering questions", "answers questions", "answer customer questions", "npc", "role play", "roleplay",
        "agent assist",
        "onboarding assistant", "hr assistant", "shopping assistant", "travel assistant",
      ]),
    Group(.chatbotConversational, 1, ["assistant", "support", "multi turn", "voice", "asistente"]),
  ]

  private static let code = [
    Group(
      .codeCompletion, 3,
      [
        "code completion", "autocomplete", "auto complete", "auto completion", "autocompletion", "inline completion", "inline suggestion",
        "code suggestion", "tab completion", "ide plugin", "ide extension", "vscode extension", "vs code extension", "vs code plugin",
        "vscode plugin", "github copilot", "copilot clone", "complete code", "completes code", "fill in the middle", "command suggestion",
        "command completion", "intellisense", "completing code", "coding autocomplete", "jetbrains plugin", "code autocompletion",
        "as you type",
        "code complete", "inline code",
      ]),
    Group(.codeCompletion, 2, ["ide", "copilot", "in the editor", "code editor", "vscode", "vs code", "jetbrains", "neovim"]),
    Group(
      .codeGenerationDetailed, 3,
      [
        "code generation", "generate code", "generating code", "generates code", "coding assistant", "code assistant", "coding agent",
        "programming assistant", "write code", "writing code", "writes code", "software engineering agent", "code synthesis", "code review",
        "code refactoring", "refactor code", "refactoring", "generate unit tests", "unit test generation", "test generation", "text to sql",
        "sql generation", "generate sql", "code migration", "app builder", "multi file", "code gen", "codegen", "ai developer",
        "software development assistant", "pair programmer", "pair programming", "code documentation", "bug fixing", "coding copilot",
        "code bot",
        "coding help", "coding chatbot", "code agent", "programming help",
      ]),
    Group(.codeGenerationDetailed, 2, ["coding", "programming", "software development", "debugging", "code"]),
    Group(.codeGenerationDetailed, 1, ["developer tool", "sql", "python", "typescript"]),
  ]

  private static let text = [
    Group(
      .translation, 3,
      [
        "translation", "translate", "translating", "translator", "translates", "translated", "machine translation", "localization",
        "localize",
        "localizing", "language conversion", "paraphrase", "paraphrasing", "rewriting", "rewrite text", "rewriting text", "proofreading",
        "übersetzung", "übersetzen", "traduction", "traduire", "traducción", "traducir", "grammar correction", "multilingual translation",
        "interpreting", "subtitle", "subtitles",
      ]),
    Group(.translation, 1, ["multilingual", "languages", "from english to", "into english", "into german", "into spanish", "into french"]),
    Group(
      .contentGeneration, 3,
      [
        "content generation", "content creation", "generate content", "generating content", "create content", "creating content",
        "blog post", "blog posts", "blogging", "blog", "marketing copy", "copywriting", "copywriter", "ad copy", "creative writing",
        "product description", "product descriptions", "social media post", "social media posts", "social posts", "write articles",
        "article writing", "writing articles", "article generation", "story writing", "storytelling", "write stories", "generate stories",
        "email drafting", "draft emails", "email writing", "write emails", "newsletter", "newsletters", "marketing content",
        "marketing text",
        "press release", "slogan", "scriptwriting", "seo content", "content writing", "ad text", "campaign text", "generate marketing",
        "marketing email", "fan fiction", "poem", "poetry",
      ]),
    Group(
      .contentGeneration, 2,
      ["marketing", "content", "creative", "drafting", "writing assistant", "writing", "posts", "stories", "articles for"]),
    Group(
      .summarizationShort, 3,
      [
        "summarization", "summarize", "summarizing", "summarizes", "summary", "summaries", "summarizer", "tldr", "tl dr", "meeting notes",
        "meeting minutes", "digest", "condense", "condensing", "recap", "abstract generation", "zusammenfassung", "zusammenfassen",
        "résumer",
        "resumen", "resumir", "key points", "shorten articles", "executive summary",
      ]),
  ]

  private static let documents = [
    Group(
      .documentAnalysisRAG, 3,
      [
        "rag", "retrieval augmented", "retrieval augmented generation", "document analysis", "document q & a", "document qa", "doc q & a",
        "question answering over", "questions over our documents", "chat with documents", "chat with our documents", "chat with pdf",
        "chat with your docs", "chat with our docs", "search our documents", "search documents", "search our docs", "document search",
        "semantic search", "enterprise search", "document understanding", "document processing", "analyze documents", "analyzing documents",
        "information extraction", "extract data from", "extract information", "data extraction", "invoice processing", "pdf analysis",
        "internal wiki", "our documentation", "over our documents", "over documents", "document assistant", "vector database",
        "vector store",
        "knowledge retrieval", "context retrieval", "knowledge base search", "grounded", "knowledge base", "ask our documents",
        "policy documents",
        "company documents", "internal documents", "our documents",
      ]),
    Group(.documentAnalysisRAG, 2, ["retrieval", "pdfs", "pdf", "wiki", "sharepoint", "confluence", "invoices", "our docs", "embeddings"]),
    Group(.documentAnalysisRAG, 1, ["documents", "document", "docs"]),
    Group(
      .longDocumentSummarization, 4,
      [
        "long document summarization", "summarize long documents", "summarizing long documents", "summarize books", "book summaries",
        "long form summarization", "summarize research papers", "summarize annual reports", "summarize reports", "multi page reports",
        "summarize whole books", "report summarization", "paper summarization", "summarize papers",
      ]),
    Group(
      .researchLegalAnalysis, 3,
      [
        "legal", "law firm", "case law", "contract review", "contract analysis", "legal analysis", "legal research", "due diligence",
        "literature review", "research analysis", "scientific research", "patent", "patents", "e discovery", "ediscovery", "litigation",
        "regulatory analysis", "compliance review", "compliance analysis", "large corpora", "analytical reasoning", "legal documents",
        "research assistant", "deep research", "market research", "research across", "jurisprudence", "paralegal", "regulatory filings",
        "clinical research", "rechtsanalyse", "juridique",
      ]),
    Group(.researchLegalAnalysis, 2, ["lawyers", "attorneys", "contracts", "compliance", "research", "law", "corpora", "regulations"]),
  ]
}
