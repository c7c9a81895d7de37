import Database
import Domain
import Platform
import TestSupport
import Testing

struct AuditLogTests {
    private static let actor = Actor.user("mara@example.com", address: "192.0.2.1")

    @Test func `what changes stands with before and after, and what stays does not`() async throws {
        let services = try await Services.test()
        var patch = ProjectPatch()
        (patch.name, patch.currency) = ("Larkspur", "EUR")
        try await services.project.update(patch, by: Self.actor)
        let entry = try #require(try await services.audit.page(AuditQuery(), limit: 1).first)
        #expect(entry.entry.action == .projectChanged)
        #expect(entry.entry.actor == Self.actor)
        #expect(entry.entry.before == ["name": "A shop"])
        #expect(entry.entry.after == ["name": "Larkspur"])
        #expect(entry.at == services.surroundings.now())
    }

    @Test func `a change that changes nothing is no entry, and one that is refused neither`() async throws {
        let services = try await Services.test()
        let before = try await services.audit.page(AuditQuery(), limit: 100).count
        try await services.project.update(ProjectPatch(), by: Self.actor)
        var wrong = ProjectPatch()
        wrong.currency = "euro"
        await #expect(throws: Faults.self) { try await services.project.update(wrong, by: Self.actor) }
        await #expect(throws: StatusError.self) {
            try await services.statuses.delete(.general, code: "none", by: Self.actor)
        }
        #expect(try await services.audit.page(AuditQuery(), limit: 100).count == before)
    }

    @Test(arguments: [
        "UPDATE audit_entry SET actor = 'nobody'", "DELETE FROM audit_entry", "UPDATE audit_entry SET at_ms = 0",
    ])
    func `an entry cannot be changed or deleted`(statement: String) async throws {
        let services = try await Services.test()
        await #expect(throws: DatabaseError.self) {
            try await services.engine.write { tx in try tx.run(SQL(stringLiteral: statement)) }
        }
        #expect(try await services.audit.page(AuditQuery(), limit: 10).isEmpty == false)
    }

    @Test func `entries are found by who, what, when and which, the newest first`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let start = clock.now
        for (index, name) in ["One", "Two", "Three"].enumerated() {
            clock.advance(seconds: 3600)
            var patch = ProjectPatch()
            patch.name = name
            try await services.project.update(patch, by: .user("user-\(index)@example.com", address: nil))
        }
        var query = AuditQuery()
        query.action = .projectChanged
        let all = try await services.audit.page(query, limit: 10)
        #expect(all.map { $0.entry.after["name"] } == ["Three", "Two", "One"])
        let older = try await services.audit.page(query, before: all[1].id, limit: 10)
        #expect(older.map { $0.entry.after["name"] } == ["One"])
        query.actor = "user-1@example.com"
        #expect(try await services.audit.page(query, limit: 10).count == 1)
        query = AuditQuery()
        (query.from, query.to) = (start.adding(seconds: 7200), start.adding(seconds: 7201))
        #expect(try await services.audit.page(query, limit: 10).map { $0.entry.after["name"] } == ["Two"])
        query = AuditQuery()
        (query.kind, query.objectID) = (.project, "project")
        #expect(try await services.audit.page(query, limit: 10).count == 4)
        #expect(try await services.audit.actors().contains("user-2@example.com"))
    }

    @Test func `no secret is ever in it`() async throws {
        let clock = StillClock()
        let services = try await Services.test(clock: clock)
        let password = "a password of hers"
        let link = try await services.users.invite(email: "ana@example.com", role: .owner, by: Self.actor)
        _ = try await services.users.setPassword(password, link: link.secret, address: "192.0.2.1")
        let place = AccountService.Place(address: "192.0.2.1")
        // A password in the field of the email is not written down either.
        await #expect(throws: AccountError.self) {
            try await services.accounts.signIn(email: password, password: password, from: place)
        }
        let outcome = try await services.accounts.signIn(email: "ana@example.com", password: password, from: place)
        guard case .done(let cookie) = outcome, let session = try services.accounts.session(secret: cookie) else {
            throw AccountError.wrongCode
        }
        let secret = try await services.ownAccount.beginSecondFactor(session)
        let code = OneTimeCodes.code(secret, at: clock.now)
        let codes = try await services.ownAccount.confirmSecondFactor(session, code: code, by: Self.actor)
        let made = try await services.keys.create(name: "till", scopes: [.admin], by: Self.actor)
        let rotated = try await services.keys.rotate(code: made.key.code, overlapSeconds: 60, by: Self.actor)
        let secrets = codes + [password, link.secret, cookie, secret, code, made.secret, rotated.secret]
        let hashes = secrets.map(Passwords.fastHash) + [made.key.secretHash, session.csrf]
        let text = try await services.audit.page(AuditQuery(), limit: 1000).map { "\($0)" }.joined()
        for secret in secrets + hashes { #expect(!text.contains(secret)) }
        #expect(text.contains(made.key.code))
    }
}
