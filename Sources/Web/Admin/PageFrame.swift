import Domain
import HTTPTypes
import Hummingbird
import Platform

/// What all pages share: how they are drawn, and where a form leads.
struct PageFrame: Sendable {
    let views: Views
    let assetVersion: String
    let references: ReferenceBoard
    let surroundings: Surroundings

    /// How values are shown in this project, now.
    var format: PageFormat {
        PageFormat(references.current.project, now: surroundings.now())
    }

    /// What is switched on.
    var features: Features { references.current.features }

    /// How values are shown to the person who asks: personal data is masked where the role says so.
    func format(_ context: OperatorContext) -> PageFormat {
        var format = format
        format.mask = context.mask
        return format
    }

    /// The frame around a signed-in page, with the message that was left for it.
    func shell(
        _ request: Request, _ context: OperatorContext, _ section: ShellModel.Section?, toast: ShellModel.Toast? = nil
    ) -> ShellModel {
        // A message waits for a whole page: a part of one may be swapped in while nobody looks.
        let waiting = request.headers[.fragment] == nil ? Flash(request)?.toast : nil
        return ShellModel.of(
            context.session, references.current.project, assetVersion: assetVersion, current: section,
            toast: toast ?? waiting
        )
    }

    /// The frame of a page that nobody is signed in for.
    func bareShell() -> ShellModel {
        ShellModel.bare(assetVersion: assetVersion, projectName: references.current.project?.name ?? "Reorder")
    }

    /// Draws a page, or the part of it that the browser asked for by name.
    func answer(
        _ page: Page, _ model: some Sendable, _ request: Request, fragment: (name: String, page: Page)? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        if let fragment, request.headers[.fragment] == fragment.name {
            // A browser's console reports each status of failure by itself: a form that comes back is none.
            return try views.response(fragment.page, model, fragment: fragment.name)
        }
        var response = try views.response(page, model, status: status)
        if request.headers[.fragment] == nil, Flash(request) != nil { response.setCookie(Flash.cleared) }
        return response
    }

    /// Leads the browser to another page after a form was taken.
    func lead(to href: String, _ request: Request, flash: Flash? = nil) -> Response {
        var response =
            request.headers[.fragment] == nil
            ? Response.redirect(to: href, type: .normal)
            : Response(status: .noContent, headers: [.fragmentLocation: href])
        if let flash { response.setCookie(flash.cookie) }
        return response
    }
}
