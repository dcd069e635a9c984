import CPostgres
import Foundation

/// One connection to PostgreSQL. Every call blocks, up to a limit: for a thread that may wait. Not for two threads at a time.
package final class PostgresConnection {
  /// What a statement may take. The time to connect is `connect_timeout` of the URL, PGCONNECT_TIMEOUT, or five seconds, for each address
  /// that the host has.
  package static let statementLimit: Duration = .seconds(30)

  private let statementLimit: Duration
  /// When all work on this connection has to be done.
  private let end: ContinuousClock.Instant?

  private let connection: OpaquePointer
  private let address: PostgresAddress

  /// - Parameter limit: what all statements together may take; `nil` for each on its own.
  package init(
    _ address: PostgresAddress, statementLimit: Duration = PostgresConnection.statementLimit, limit: Duration? = nil
  ) throws(PostgresError) {
    self.address = address
    self.statementLimit = statementLimit
    // Of two values for one parameter the later one wins: the URL's over these.
    var parameters = [("fallback_application_name", "podium"), ("client_encoding", "UTF8"), ("tcp_user_timeout", "30000")]
    if getenv("PGCONNECT_TIMEOUT") == nil { parameters.append(("connect_timeout", "5")) }
    parameters.append(("dbname", address.url))
    let keywords = parameters.map { strdup($0.0) } + [nil]
    let values = parameters.map { strdup($0.1) } + [nil]
    defer { (keywords + values).forEach { free($0) } }
    let opened = PQconnectdbParams(keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 1)
    guard let opened else { throw .unreachable("\(address): out of memory") }
    guard PQstatus(opened) == CONNECTION_OK else {
      let message = Self.text(PQerrorMessage(opened))
      PQfinish(opened)
      throw .unreachable("\(address) cannot be reached: \(message)")
    }
    connection = opened
    end = limit.map { ContinuousClock.now + $0 }
    // Notices, such as "already exists, skipping", are for nobody here.
    PQsetNoticeProcessor(opened, { _, _ in }, nil)
  }

  deinit { PQfinish(connection) }

  /// Sends one statement and waits for its rows. `nil` parameters are NULL.
  @discardableResult
  package func execute(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> PostgresRows {
    let values = parameters.map { $0.map { strdup($0) } ?? nil }
    defer { values.forEach { free($0) } }
    let sent = PQsendQueryParams(connection, sql, Int32(values.count), nil, values.map { UnsafePointer($0) }, nil, nil, 0)
    guard sent == 1 else { throw failure(nil) }
    let deadline = min(ContinuousClock.now + statementLimit, end ?? .now + statementLimit)
    var last: PostgresRows?
    var problem: PostgresError?
    while true {
      try waitUntilReady(deadline)
      guard let result = PQgetResult(connection) else { break }
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK: last = PostgresRows(result)
      default:
        problem = problem ?? failure(result)
        PQclear(result)
      }
    }
    if let problem { throw problem }
    guard let last else { throw failure(nil) }
    return last
  }

  /// Runs the work in a transaction, which is rolled back when it throws.
  package func transaction<Value>(_ kind: String, _ work: () throws -> Value) throws -> Value {
    try execute("BEGIN \(kind)")
    do {
      let value = try work()
      try execute("COMMIT")
      return value
    } catch {
      _ = try? execute("ROLLBACK")
      throw error
    }
  }

  private func waitUntilReady(_ deadline: ContinuousClock.Instant) throws(PostgresError) {
    while PQisBusy(connection) == 1 {
      let left = ContinuousClock.now.duration(to: deadline)
      var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      let ready = poll(&descriptor, 1, Int32(max(0, left / .milliseconds(1))))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { throw .unreachable("\(address) did not answer within \(statementLimit)") }
      guard PQconsumeInput(connection) == 1 else { throw failure(nil) }
    }
  }

  private func failure(_ result: OpaquePointer?) -> PostgresError {
    let message = Self.text(result.map { PQresultErrorMessage($0) } ?? PQerrorMessage(connection))
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
    // Class 57 is an operator's intervention, such as a shutdown; 53 too little of something; 08 the connection.
    if PQstatus(connection) != CONNECTION_OK || ["57", "53", "08"].contains(state.prefix(2)) {
      return .unreachable("\(address) went away: \(message)")
    }
    return .refused("\(address): \(message)")
  }

  private static func text(_ message: UnsafePointer<CChar>?) -> String {
    guard let message else { return "no reason given" }
    let lines = String(cString: message).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.joined(separator: "; ")
  }
}
