import Foundation
import HTTPTypes
import Platform
import TestSupport
import Testing
import Web

/// Bodies that come compressed.
struct CompressedBodyTests {
    /// `{"data":{"attributes":{"external_id":"zipped"}}}` as gzip makes it.
    private static let zipped = [UInt8](
        Data(base64Encoded: "H4sIAAAAAAACA6tWSkksSVSyqlZKLCkpykwqLUktBvFSK0pSi/ISc+IzU5SslKoyCwpSU5Rqa2sBWSMsYjAAAAA=")
            ?? Data()
    )
    /// A megabyte of spaces, in sixteen members.
    private static let bomb = (0..<16).flatMap { _ in
        [UInt8](
            Data(
                base64Encoded:
                    "H4sIAAAAAAACA+3BgQAAAACAIJX9KRepCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGqUGSy0AAABAA=="
            ) ?? Data())
    }

    @Test func `a gzip body is taken`() async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.send(
                .post, "/api/customers", bytes: Self.zipped, headers: ["Content-Encoding": "gzip"])
            #expect(answer.status == 201)
            #expect(try await api.get("/api/customers/zipped").status == 200)
        }
    }

    @Test func `one that grows beyond the limit is 413`() async throws {
        var settings = WebSettings()
        settings.maxBodyBytes = 100_000
        try await withAPI(try await Services.test(), settings: settings) { api in
            let answer = try await api.send(
                .post, "/api/customers", bytes: Self.bomb, headers: ["Content-Encoding": "gzip"])
            #expect(answer.status == 413)
            #expect(try answer.code() == "body_too_large")
        }
    }

    @Test(arguments: [0, 1, 10, 30])
    func `one that is cut off is 400`(kept: Int) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.send(
                .post, "/api/customers", bytes: Array(Self.zipped.prefix(kept)), headers: ["Content-Encoding": "gzip"])
            #expect(answer.status == 400)
            #expect(try answer.code() == "malformed_gzip")
        }
    }

    @Test(arguments: ["br", "deflate", "gzip, gzip", "zstd"])
    func `another encoding is 415, and says what is taken`(encoding: String) async throws {
        try await withAPI(try await Services.test()) { api in
            let answer = try await api.send(
                .post, "/api/customers", bytes: Self.zipped, headers: ["Content-Encoding": encoding])
            #expect(answer.status == 415)
            #expect(answer.header("Accept-Encoding") == "gzip")
        }
    }
}
