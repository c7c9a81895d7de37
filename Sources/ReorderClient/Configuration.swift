public import Foundation

/// Where events go, where they wait, and how they are sent.
public struct Configuration: Sendable {
    /// The server's address, such as `https://reorder.example`.
    ///
    /// Batches go to `/v1/batch` below it.
    public var server: URL

    /// The write key of the app's event source.
    ///
    /// It is public: it can add events and read nothing.
    public var writeKey: String

    /// The folder that holds the queue and who the user is; it is made when it is not there.
    ///
    /// Two clients, be it in two processes, must not have the same one at a time. An app and its extension each need their own.
    public var folder: URL

    /// Whether anything may be stored or sent before `consent(true)`; by default it may.
    public var requiresConsent = false

    /// How long an event waits for others to go with, in the same batch.
    public var batchingTime: Duration = .seconds(2)

    /// As many events make a batch, which is then sent at once; the server takes 2,500.
    public var batchSize = 100

    /// The most bytes that one event may have.
    public var largestEvent = 32_768

    /// The most events that wait in the queue.
    ///
    /// The oldest give way to newer ones.
    public var largestQueue = 10_000

    /// The most bytes that wait in the queue.
    ///
    /// The oldest give way to newer ones.
    public var largestQueueBytes = 8_000_000

    /// Is told what goes wrong, never on the main thread.
    public var onError: @Sendable (ReorderError) -> Void = { _ in }

    /// Describes a client of a server.
    ///
    /// - Parameters:
    ///   - server: The server's address, without `/v1`.
    ///   - writeKey: The write key of the app's event source.
    ///   - folder: Where events wait; by default `Reorder` in the app's Application Support.
    public init(server: URL, writeKey: String, folder: URL? = nil) {
        self.server = server
        self.writeKey = writeKey
        self.folder = folder ?? Self.usualFolder
    }

    private static var usualFolder: URL {
        let manager = FileManager.default
        let support = manager.urls(for: .applicationSupportDirectory, in: .userDomainMask).first
        return (support ?? manager.temporaryDirectory).appending(path: "Reorder")
    }
}
