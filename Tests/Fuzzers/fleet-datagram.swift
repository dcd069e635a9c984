// sources: Sources/Fleet/Wire Sources/Fleet/FleetAddress.swift
// modules: Scheduling
// A datagram of another proxy: whatever arrives is refused or understood, and what is understood is said again in the same words.

func fuzz(_ bytes: [UInt8]) {
  guard let key = FleetKey(Array("a key of the fuzzer".utf8)) else { return }
  // As it comes: nobody guesses the tag.
  require((try? FleetMessage(datagram: bytes, key: key)) == nil, "a datagram without the key is heeded")
  // The same bytes from somebody who has the key: everything behind the tag is read.
  let datagram = FleetMessage.magic + key.tag(of: bytes) + bytes
  do {
    let message = try FleetMessage(datagram: datagram, key: key)
    let again = message.encoded(key)
    require((try? FleetMessage(datagram: again, key: key)) == message, "\(message) is not read as it was written")
    require(again.count == datagram.count, "\(datagram.count) bytes were read and \(again.count) written")
  } catch {
    require(error != .notAuthentic, "it is authentic")
  }
}
