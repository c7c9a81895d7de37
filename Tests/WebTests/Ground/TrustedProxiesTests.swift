import Testing

@testable import Web

struct TrustedProxiesTests {
    @Test(arguments: [
        ([], "10.0.0.1", "203.0.113.9", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/8"], "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        // What stands before the last address that nobody vouches for, anybody may have written.
        (["10.0.0.0/8"], "10.0.0.1", "1.1.1.1, 203.0.113.9, 10.2.3.4", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["::1"], "::1", "2001:db8::7", "2001:db8::7"),
        (["127.0.0.1"], "::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["10.0.0.0/9"], "10.128.0.1", "203.0.113.9", "10.128.0.1"),
        (["0.0.0.0/0"], "10.128.0.1", "203.0.113.9", "203.0.113.9"),
    ])
    func `only a trusted proxy is believed`(
        trusted: [String], peer: String, forwarded: String, origin: String
    ) throws {
        #expect(try TrustedProxies(trusted).origin(peer: peer, forwarded: forwarded) == origin)
    }

    @Test(arguments: ["", "proxy", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.1/x"])
    func `what is no address stops the start`(text: String) {
        #expect(throws: TrustedProxies.Malformed.self) { try TrustedProxies([text]) }
    }
}
