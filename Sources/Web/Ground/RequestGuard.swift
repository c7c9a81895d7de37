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

    init(bodyTimeout: TimeAmount) { self.bodyTimeout = bodyTimeout }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                let proceed = HTTPResponse(status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
            awaitsBody = true
        case .body: break
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

    private func stopClock() {
        deadline?.cancel()
        deadline = nil
    }
}
