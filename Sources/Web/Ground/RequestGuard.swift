import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// What the server library leaves to us on each connection: it answers `Expect: 100-continue`, and ends requests whose
/// body takes too long to arrive.
final class RequestGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let bodyTimeout: TimeAmount
    private var awaitsBody = false
    private var deadline: Scheduled<Void>?
    /// Whether a file is being sent, which may take its time as long as it goes on.
    private var isUpload = false
    private var lastPart = NIODeadline.now()

    /// Where files are sent to.
    private static let uploads: Set<String> = ["/api/imports", "/imports"]

    init(bodyTimeout: TimeAmount) { self.bodyTimeout = bodyTimeout }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                let proceed = HTTPResponse(status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
            isUpload = head.method == .post && Self.uploads.contains(String((head.path ?? "").prefix { $0 != "?" }))
            awaitsBody = true
        case .body: if isUpload { extendClock(context) }
        case .end:
            awaitsBody = false
            stopClock()
        }
        context.fireChannelRead(data)
    }

    /// Most bodies come along with their head: only for one that does not is there a clock to set.
    func channelReadComplete(context: ChannelHandlerContext) {
        if awaitsBody, deadline == nil { startClock(context) }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopClock()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { stopClock() }

    private func startClock(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: bodyTimeout) {
            let context = bound.value
            let answer = HTTPResponse(
                status: .requestTimeout, headerFields: [.connection: "close", .contentLength: "0"]
            )
            context.write(NIOAny(HTTPResponsePart.head(answer)), promise: nil)
            context.writeAndFlush(NIOAny(HTTPResponsePart.end(nil)), promise: nil)
            context.close(promise: nil)
        }
    }

    /// Gives a file that goes on arriving more time, at most once a second.
    private func extendClock(_ context: ChannelHandlerContext) {
        guard deadline != nil, NIODeadline.now() - lastPart > .seconds(1) else { return }
        lastPart = .now()
        stopClock()
        startClock(context)
    }

    private func stopClock() {
        deadline?.cancel()
        deadline = nil
    }
}
