import Foundation

/// Does what the client is asked to, one thing after the other: consent, identity, the queue. Sending is in `Engine+send`.
actor Engine {
    let configuration: Configuration
    let surroundings: Surroundings
    let post: Post
    let queue: EventQueue

    private var identity = Identity()
    private var isRefused = false
    private var held: [Draft] = []

    // How sending stands.
    var running: Task<ReorderError?, Never>?
    var timer: Task<Void, Never>?
    var timerDate: Date?
    var failures = 0
    var patienceUntil: Date?
    var batchSize: Int

    init(_ configuration: Configuration, surroundings: Surroundings) {
        self.configuration = configuration
        self.surroundings = surroundings
        post = Post(configuration)
        queue = EventQueue(most: (configuration.largestQueue, configuration.largestQueueBytes))
        batchSize = max(1, configuration.batchSize)
    }

    deinit {
        post.close()
    }

    var isAllowed: Bool { identity.consent ?? !configuration.requiresConsent }

    /// Goes on where the app ended: with who the user is, and with events that were not sent.
    func start() {
        storing { identity = try Identity.load(from: configuration.folder) }
        if isAllowed { goOn() }
    }

    func take(_ draft: Draft) {
        if isAllowed {
            admit(draft)
        } else if identity.consent == nil, !isRefused, held.count < 100 {
            held.append(draft)
        }
    }

    func consent(_ given: Bool) {
        isRefused = !given
        guard given else { return withdraw() }
        identity.consent = true
        save()
        goOn()
        let drafts = held
        held = []
        drafts.forEach(admit)
    }

    /// Tells the app what went wrong.
    func tell(_ error: ReorderError) {
        configuration.onError(error)
    }

    /// Runs what may fail because of the disk, and tells of it.
    func storing(_ work: () throws -> Void) {
        do {
            try work()
        } catch {
            tell(.storage(error.localizedDescription))
        }
    }

    private var file: URL { configuration.folder.appending(path: "events") }

    private func goOn() {
        guard !queue.isOnDisk else { return }
        storing { try queue.open(file) }
        if !queue.isEmpty { schedule(after: .zero) }
    }

    private func withdraw() {
        timer?.cancel()
        (timer, timerDate, held) = (nil, nil, [])
        queue.forget()
        identity = Identity(consent: configuration.requiresConsent ? nil : false)
        storing {
            try Journal.remove(file)
            try Identity.remove(from: configuration.folder)
        }
        if identity != Identity() { save() }
    }

    private func admit(_ draft: Draft) {
        if case .signOut = draft.kind {
            if identity.userID != nil { add(draft) }
            identity = Identity(consent: identity.consent)
            save()
        } else {
            add(draft)
        }
    }

    private func add(_ draft: Draft) {
        let before = identity
        if case .identify(let userID, _) = draft.kind { identity.userID = userID }
        identity.anonymousID = identity.anonymousID ?? surroundings.newID()
        if identity != before { save() }
        let message: Data
        do {
            message = try draft.message(of: identity)
        } catch {
            return tell(.invalid(event: draft.name))  // The only thing an encoder refuses is a value.
        }
        guard message.count <= configuration.largestEvent else {
            return tell(.tooLarge(event: draft.name, bytes: message.count))
        }
        storing {
            let lost = try queue.append(message)
            if lost > 0 { tell(.queueFull(lost: lost)) }
        }
        schedule(after: queue.count >= batchSize ? .zero : configuration.batchingTime)
    }

    private func save() {
        storing { try identity.save(in: configuration.folder) }
    }
}
