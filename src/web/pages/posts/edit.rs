//! Editing what one has published, or coordinates.

use poem::{
    IntoResponse, Response, handler,
    http::{HeaderMap, StatusCode},
    web::{Data, Json, Path},
};

use crate::{
    app::App,
    clock, db,
    domain::posts::{
        self, Draft, Fields, Meant, Post, Problems, Published,
        changes::{self, Changed, Edit, Refusal},
        coordinators,
    },
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, form::LargeForm},
        respond::{notice, page, problems::Problems as FormProblems},
        views::{
            post::{self, PostView},
            post_form::{
                self,
                edit::{Beside, EditForm, Theirs},
            },
            reach::ReachView,
        },
    },
};

/// `GET /admin/posts/{id}/edit`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let post = current.managed_post(&app, id).await?.post;
    if post.is_withdrawn() {
        return Ok(page::see_other(&post::address(&post)));
    }
    EditForm::of(&app, &post).await?.show(StatusCode::OK, &current.user, Beside::default())
}

/// `POST /admin/posts/{id}/draft`: the same form with a preview, or with other names to choose from or chosen; nothing is
/// saved. With `then=beside`, the post's row alone.
#[handler]
pub async fn draft(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    sent: LargeForm,
) -> Result<Response, Error> {
    let found = current.managed_post(&app, id).await?;
    if sent.one("then") == "beside" {
        let Ok(view) = preview(&app, &found, &sent).await else {
            return Ok(StatusCode::NO_CONTENT.into());
        };
        let title = post::title_as_told(&view.title, view.drill);
        return post_form::show_beside(view, title);
    }
    let form = EditForm::again(id, &sent).with_names(&app, &found.post).await?;
    if sent.one("then") != "preview" {
        return form.show(StatusCode::OK, &current.user, Beside::default());
    }
    let beside = match preview(&app, &found, &sent).await {
        Err(problems) => Beside { problems: *problems, ..Beside::default() },
        Ok(view) => Beside { preview: Some(view), ..Beside::default() },
    };
    form.show(StatusCode::OK, &current.user, beside)
}

/// The post as it would be shown once this was saved. Whether there is anybody of the names that it is for is not looked at.
async fn preview(app: &App, found: &Published, sent: &LargeForm) -> Result<PostView, Box<Problems>> {
    let typed = post_form::fields(sent);
    let audience = Meant::parse(&typed).map_or(found.post.audience, |meant| meant.audience);
    let typed = Fields { audience: "everyone".into(), drill: found.post.drill, ..typed };
    let parsed = Draft::parse_aside(typed).await?;
    Ok(PostView::edited(found, &parsed, audience, clock::now_ms(), &app.config.time_zone))
}

/// `POST /admin/posts/{id}/reach`: whom the form as it is filled in would reach, in a sentence.
#[handler]
pub async fn reach(
    current: CurrentUser,
    app: Data<&App>,
    Path(id): Path<i64>,
    sent: LargeForm,
) -> Result<Response, Error> {
    current.managed_post(&app, id).await?;
    let reach = ReachView::of(&app, &post_form::fields(&sent)).await?;
    Ok(Json(reach.as_json()).into_response())
}

/// `POST /admin/posts/{id}`: saves it, unless somebody changed it meanwhile.
#[handler]
pub async fn save(
    current: CurrentUser,
    app: Data<&App>,
    headers: &HeaderMap,
    Path(id): Path<i64>,
    sent: LargeForm,
) -> Result<Response, Error> {
    let post = current.managed_post(&app, id).await?.post;
    let form = EditForm::again(id, &sent);
    if page::wants_json(headers) {
        return save_for_script(&app, &current, &post, &form, &sent).await;
    }
    let was_for = posts::named(&app.db.read, &post).await?;
    let edit = match form.parse(&sent, &was_for).await {
        Ok(edit) => edit,
        Err(problems) => return refuse(form.with_names(&app, &post).await?, &current, *problems),
    };
    let is_told = sent.one("again") == "on";
    match write(&app, &current, id, edit).await {
        Ok(Ok(Changed::Yes(post))) if is_told => Ok(notice::lead_to(&post::address(&post), "told-again")),
        Ok(Ok(Changed::Yes(post))) => Ok(notice::lead_to(&post::address(&post), "edited")),
        Ok(Ok(Changed::No(post))) => Ok(page::see_other(&post::address(&post))),
        Ok(Err(Refusal::OtherVersion(version))) => {
            let found = current.managed_post(&app, id).await?;
            let why = text::say("post-edit-changed-meanwhile");
            let problems = Problems { form: Some(why), ..Problems::default() };
            let theirs = theirs(&found, &app).await?;
            let form = form.over(version, theirs.coordinators.clone()).with_names(&app, &post).await?;
            let beside = Beside { problems, theirs: Some(theirs), preview: None };
            form.show(StatusCode::UNPROCESSABLE_ENTITY, &current.user, beside)
        }
        Ok(Err(Refusal::Withdrawn)) => {
            let why = text::say("post-edit-withdrawn");
            refuse(form, &current, Problems { form: Some(why), ..Problems::default() })
        }
        Ok(Err(Refusal::Expired)) => {
            let expires = Some(text::say("post-edit-expired"));
            let form = form.with_names(&app, &post).await?;
            refuse(form, &current, Problems { expires, ..Problems::default() })
        }
        Ok(Err(Refusal::Problems(problems))) => {
            refuse(form.with_names(&app, &post).await?, &current, *problems)
        }
        // Nobody is held to groups here, and the form has a severity for alerts alone.
        Ok(Err(Refusal::NotAnAlert | Refusal::OtherGroups)) => Err(Error::Forbidden),
        Err(Error::Database(error)) => {
            tracing::error!(%error, user.id = current.user.id, "An edit could not be saved");
            let why = text::of("post-form-again").with("why", db::reason(&error)).unmarked();
            let problems = Problems { form: Some(why), ..Problems::default() };
            let beside = Beside { problems, ..Beside::default() };
            form.show(StatusCode::SERVICE_UNAVAILABLE, &current.user, beside)
        }
        Err(error) => Err(error),
    }
}

/// The same for a script, which keeps the form itself.
async fn save_for_script(
    app: &App,
    current: &CurrentUser,
    post: &Post,
    form: &EditForm,
    sent: &LargeForm,
) -> Result<Response, Error> {
    let was_for = posts::named(&app.db.read, post).await?;
    let of_form = |key| Box::new(Problems { form: Some(text::say(key)), ..Problems::default() });
    let problems = match form.parse(sent, &was_for).await {
        Err(problems) => problems,
        Ok(edit) => match write(app, current, post.id, edit).await? {
            Ok(_) => return Ok(StatusCode::NO_CONTENT.into()),
            Err(Refusal::Problems(problems)) => problems,
            Err(Refusal::OtherVersion(_)) => of_form(text::key("post-edit-changed-meanwhile")),
            Err(Refusal::Withdrawn) => of_form(text::key("post-edit-withdrawn")),
            Err(Refusal::Expired) => of_form(text::key("post-edit-expired")),
            Err(Refusal::NotAnAlert | Refusal::OtherGroups) => return Err(Error::Forbidden),
        },
    };
    Ok(FormProblems::of_post(&problems).as_json())
}

/// Saves the edit, in one transaction.
async fn write(
    app: &App,
    current: &CurrentUser,
    id: i64,
    edit: Edit,
) -> Result<Result<Changed, Refusal>, Error> {
    let (mut change, post) = current.hold_post(app, id).await?;
    let changed = match changes::edit(&mut change, &current.by(), post, edit).await? {
        Ok(changed) => changed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let is_other = matches!(changed, Changed::Yes(_));
    let post = changes::finish(change, changed).await?;
    Ok(Ok(if is_other { Changed::Yes(post) } else { Changed::No(post) }))
}

fn refuse(form: EditForm, current: &CurrentUser, problems: Problems) -> Result<Response, Error> {
    let beside = Beside { problems, ..Beside::default() };
    form.show(StatusCode::UNPROCESSABLE_ENTITY, &current.user, beside)
}

/// As it is now, without anything to be pressed.
async fn theirs(found: &Published, app: &App) -> Result<Theirs, Error> {
    let post = PostView { id: 0, ..PostView::of(found, &app.config.time_zone) };
    let to = posts::named(&app.db.read, &found.post).await?;
    let coordinators = coordinators::name(&app.db.read, &found.post).await?;
    Ok(Theirs { post, body: found.post.body.clone(), to, coordinators })
}
