import Database
import Foundation
import TestSupport
import Testing

/// Servers that will not do are refused at the start, by name.
@Suite(.enabled(if: !TestDatabase.isEmbedded, "Needs a server: set REORDER_TEST_DATABASE."))
struct PostgresRefusalTests {
    private let server: String

    init() throws { server = try #require(TestDatabase.server) }

    private func address(_ change: (inout URLComponents) -> Void) throws -> String {
        var parts = try #require(URLComponents(string: server))
        change(&parts)
        return try #require(parts.string)
    }

    private func cause(_ address: String) throws -> String {
        let error = #expect(throws: DatabaseError.self) { try Engine(.server(address)).stop() }
        guard case .unreachable(let message)? = error else { return "\(String(describing: error))" }
        return message
    }

    @Test func `a server that is not there`() throws {
        #expect(try cause(address { $0.port = 1 }).contains("port 1 failed"))
    }

    @Test func `a database that is not there`() throws {
        #expect(try cause(address { $0.path = "/not_there" }).contains("\"not_there\" does not exist"))
    }

    @Test func `a database that cannot hold all texts`() throws {
        let name = "latin_\(UInt32.random(in: 0 ... .max))"
        try DatabaseServer.run(
            "CREATE DATABASE \(name) ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0", on: server)
        #expect(try cause(address { $0.path = "/" + name }).contains("LATIN1"))
        try DatabaseServer.run("DROP DATABASE \(name)", on: server)
    }

    @Test func `a user who may not make tables`() throws {
        let name = "poor_\(UInt32.random(in: 0 ... .max))"
        try DatabaseServer.run("CREATE ROLE \(name) LOGIN", on: server)
        let message = try cause(address { $0.user = name })
        #expect(message.contains("permission denied") && message.contains("grant"))
        try DatabaseServer.run("DROP ROLE \(name)", on: server)
    }
}
