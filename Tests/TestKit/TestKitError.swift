/// Something a test relies on went wrong; the message says what and, where it can, why.
package struct TestKitError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
