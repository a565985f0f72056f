//! From a plan to a deployment: shown, asked for, compared once more, carried out, told.

use genesys_client::deploy::{Control, Deployment, Event, Interrupt, deploy, deployments};
use genesys_client::guard::Checked;
use genesys_client::plan::Plan;
use genesys_client::resource::Kind;

use super::ask::ask;
use super::conflict::moved;
use super::outcome::{End, Ending};
use super::planning::Aim;
use super::progress::Progress;
use super::session::Session;
use super::{gates, guards, interrupt};
use crate::Outcome;
use crate::failure::Failure;
use crate::govern::{Governor, Verifying, timed, timed_with_others};
use crate::name::shown;
use crate::render::plan::words::objects;
use crate::render::plan::{Counts, text};
use crate::state::deployments_of;
use crate::terminal::{BOLD, GREEN, Terminal, output_failed, paint};

/// How a person takes part.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    /// Nobody is asked.
    pub(crate) yes: bool,
    /// Results are JSON.
    pub(crate) json: bool,
    /// Notes what becomes of it.
    pub(crate) governor: &'a Governor,
}

impl Manner<'_> {
    /// The end of what was refused before anything was written.
    fn refuse(
        self,
        session: &Session,
        end: &End,
        plan: Option<&Plan>,
        terminal: &mut Terminal,
    ) -> Result<Outcome, Failure> {
        let reason = end.failure.as_ref().map_or("", |failure| failure.message.as_str());
        self.governor.refused(session, reason, terminal);
        end.show(&session.label, plan, self.json, terminal)
    }
}

/// What was deployed to a session's organization. An open deployment must be recovered first.
///
/// # Errors
///
/// Where the journal cannot be read; an open deployment comes as an end.
pub(crate) fn history(session: &Session) -> Result<Result<Vec<Deployment>, End>, Failure> {
    let journal = session.home.state.read_journal(&session.name)?;
    // One to another organization of the same name is as open.
    let open = deployments(journal.records()).pop().filter(Deployment::is_open);
    let Some(open) = open else { return Ok(Ok(deployments_of(&journal, &session.label))) };
    let failure =
        Failure::new(format!("deployment {} of {} is still open", open.begin.number, open.begin.time))
            .note(format!("it is in `{}`", shown(&session.home.state.journal(&session.name))))
            .help("run `rulec recover`, which finishes it, or `rulec recover --undo`, which takes it back");
    Ok(Err(End::without(Ending::Unfinished, Some(failure))))
}

/// Brings the organization to what is aimed at: plans, shows, asks, and deploys.
///
/// # Errors
///
/// Where nothing was begun.
pub(crate) async fn carry_out(
    session: &Session,
    deployments: &[Deployment],
    aim: &Aim<'_>,
    kept: Option<&Plan>,
    manner: Manner<'_>,
    terminal: &mut Terminal,
) -> Result<Outcome, Failure> {
    let observed = aim.observe(session, deployments).await?;
    let recorder = &*session.connection.recorder;
    let mut plan = match timed(recorder, "plan", || aim.plan(session, &observed, deployments, terminal)) {
        Ok(plan) => plan,
        // Somebody else has changed the same since: that is a finding, and no trouble.
        Err(failure) if aim.rollback_of().is_some() => {
            return manner.refuse(session, &End::without(Ending::Stale, Some(failure)), None, terminal);
        }
        Err(failure) => return Err(failure),
    };
    manner.governor.planned(&plan);
    if let Some(kept) = kept
        && let Some(end) = stale(&moved(kept, &plan))
    {
        return manner.refuse(session, &end, Some(&plan), terminal);
    }
    if plan.is_empty() {
        match aim.rollback_of() {
            Some(number) => terminal.note(format_args!(
                "nothing to take back: what deployment {number} changed is as it was before"
            )),
            None => show(&plan, &[], manner.json, terminal)?,
        }
        return End::without(Ending::Nothing, None).show(&session.label, Some(&plan), manner.json, terminal);
    }
    let mut guards = guards::checked(session, aim.bundle(), &observed, &plan).await?;
    show(&plan, &guards, manner.json, terminal)?;
    if let Some(failure) = guards::refusal(&guards) {
        let end = End { guards, ..End::without(Ending::Guarded, Some(failure)) };
        return manner.refuse(session, &end, Some(&plan), terminal);
    }
    if aim.bundle().is_some()
        && let Some(failure) = timed_with_others(
            recorder,
            "gates",
            gates::run(&session.home, &plan, &guards, terminal),
            Option::is_none,
        )
        .await?
    {
        let end = End { guards, ..End::without(Ending::Gated, Some(failure)) };
        return manner.refuse(session, &end, Some(&plan), terminal);
    }
    if !manner.yes {
        let verb = if aim.rollback_of().is_some() {
            "Take this deployment back in"
        } else {
            "Deploy these changes to"
        };
        if !ask(&format!("{verb} {}?", session.shown()), terminal)? {
            terminal.note("nothing was changed");
            return End::without(Ending::Declined, None).show(
                &session.label,
                Some(&plan),
                manner.json,
                terminal,
            );
        }
    }
    // People and gates take their time.
    if !manner.yes || (aim.bundle().is_some() && !session.home.config.gates.is_empty()) {
        let observed = aim.observe(session, deployments).await?;
        let now = timed(recorder, "plan", || aim.plan(session, &observed, deployments, terminal))?;
        if let Some(end) = stale(&moved(&plan, &now)) {
            return manner.refuse(session, &end, Some(&now), terminal);
        }
        plan = now;
        guards = guards::checked(session, aim.bundle(), &observed, &plan).await?;
        if let Some(failure) = guards::refusal(&guards) {
            let end = End { guards, ..End::without(Ending::Guarded, Some(failure)) };
            return manner.refuse(session, &end, Some(&plan), terminal);
        }
    }
    terminal.flush()?;
    let mut end = run(session, &plan, aim.rollback_of(), terminal).await?;
    end.guards = guards;
    manner.governor.ended(session, &mut end, terminal);
    if end.ending == Ending::Deployed
        && !manner.json
        && let Err(failure) = tell(session, &plan, &end, aim, terminal)
    {
        // It is live, whether or not that could be told.
        terminal.fail(&failure);
    }
    end.show(&session.label, Some(&plan), manner.json, terminal)
}

async fn run(
    session: &Session,
    plan: &Plan,
    rollback_of: Option<u64>,
    terminal: &mut Terminal,
) -> Result<End, Failure> {
    let mut journal = session.home.state.open_journal(&session.name)?;
    let progress = Progress::new(terminal);
    let verifying = Verifying::new(&session.connection.recorder);
    let watch = |event: &Event<'_>| {
        verifying.hear(event);
        progress.show(event);
    };
    let control = Control { watch: &watch, interrupt: Interrupt::default(), without_undo: false };
    interrupt::listen(control.interrupt.clone());
    let result = deploy(&session.connection.target, plan, rollback_of, &mut journal, &control).await;
    verifying.end(result.is_ok());
    End::of(result)
}

/// The plan, before anything is asked. Where results are JSON, people still see it, on standard error.
fn show(plan: &Plan, guards: &[Checked], json: bool, terminal: &mut Terminal) -> Result<(), Failure> {
    if json {
        let text = text::plan(plan, terminal.err_color) + &guards::text(guards, terminal.err_color);
        terminal.note(text.trim_end());
        return Ok(());
    }
    let text = text::plan(plan, terminal.out_color) + &guards::text(guards, terminal.out_color);
    terminal.out().write_all(text.as_bytes()).map_err(|error| output_failed(&error))?;
    terminal.flush()
}

/// What is live now.
fn tell(
    session: &Session,
    plan: &Plan,
    end: &End,
    aim: &Aim<'_>,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let counts = Counts::of(plan);
    let mut parts = Vec::new();
    for (number, word) in [
        (counts.create, "created"),
        (counts.change, "changed"),
        (counts.rename, "renamed"),
        (counts.delete, "deleted"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let number = end.number.unwrap_or_default();
    let head = paint(terminal.out_color, &format!("{BOLD};{GREEN}"), "Deployed:");
    let live = if let Some(old) = aim.rollback_of() {
        format!("deployment {old} is taken back in {}", session.shown())
    } else {
        let changed = plan.changes.iter().filter(|change| change.after.is_some()).map(|change| change.kind);
        let live: Vec<Kind> = changed.chain(plan.unchanged.iter().map(|one| one.kind)).collect();
        let are = if live.len() == 1 { "is" } else { "are" };
        format!("{} {are} live in {}", objects(live), session.shown())
    };
    writeln!(terminal.out(), "{head} {live} ({}; deployment {number})", parts.join(", "))
        .map_err(|error| output_failed(&error))
}

/// The end where the organization is no longer what was planned against.
fn stale(lines: &[String]) -> Option<End> {
    if lines.is_empty() {
        return None;
    }
    let mut failure =
        Failure::new("the organization is no longer what was planned against, and nothing was changed")
            .help("plan again, and look at the difference");
    failure.notes = lines.to_vec();
    Some(End::without(Ending::Stale, Some(failure)))
}
