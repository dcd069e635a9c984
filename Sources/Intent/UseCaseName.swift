/// The nine use cases by the names of the catalogue.
package enum UseCaseName: String, Sendable, Hashable, CaseIterable {
  case chatbotConversational = "chatbot_conversational"
  case codeCompletion = "code_completion"
  case codeGenerationDetailed = "code_generation_detailed"
  case translation
  case contentGeneration = "content_generation"
  case summarizationShort = "summarization_short"
  case documentAnalysisRAG = "document_analysis_rag"
  case longDocumentSummarization = "long_document_summarization"
  case researchLegalAnalysis = "research_legal_analysis"

  /// As a person would choose it.
  package var title: String {
    switch self {
    case .chatbotConversational: "a chatbot or assistant"
    case .codeCompletion: "code completion in an editor"
    case .codeGenerationDetailed: "code generation"
    case .translation: "translation or rewriting"
    case .contentGeneration: "content: posts, copy, stories"
    case .summarizationShort: "summaries of articles, emails, tickets"
    case .documentAnalysisRAG: "questions over documents (RAG)"
    case .longDocumentSummarization: "summaries of long reports or books"
    case .researchLegalAnalysis: "research or legal analysis"
    }
  }
}
