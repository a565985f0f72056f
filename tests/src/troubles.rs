//! What can go wrong at one write of a deployment.

use std::sync::Arc;
use std::time::Duration;

use genesys_client::deploy::{DeployError, Direction, RecoverError};
use genesys_client::plan::Plan;
use genesys_sandbox::{CLIENT_ID, Effect, Fault, Match, ReplyBody, RetryAfter, When};
use tokio::sync::Notify;

use crate::deployment::{World, begin};

/// What goes wrong at one write.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// This happens.
    Fault(&'static str, Effect),
    /// The same, at this and the following requests.
    Lasting(&'static str, Effect, u32),
    /// Another client changes the object, in the field that is written or in another.
    Edit {
        /// When.
        moment: Moment,
        /// Whether it is the field that is written.
        same_field: bool,
    },
    /// A person interrupts.
    Interrupt,
    /// The process ends, and `recover` goes in this direction.
    Killed {
        /// Before or after the write.
        when: When,
        /// Where to.
        direction: Direction,
    },
}

/// When another client changes an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// Between the plan and the deployment.
    Planned,
    /// When the write has arrived and has had no effect.
    Before,
    /// When it has had its effect.
    After,
}

impl Trouble {
    /// What it is, for the log.
    pub fn name(&self) -> String {
        match self {
            Self::Fault(name, effect) => format!("{name} {effect:?}"),
            Self::Lasting(name, effect, times) => format!("{name} {effect:?} {times} times"),
            Self::Edit { moment, same_field } => format!("edit {moment:?}, same field: {same_field}"),
            Self::Interrupt => "interrupt".to_owned(),
            Self::Killed { when, direction } => format!("killed {when:?}, {direction:?}"),
        }
    }

    /// Lets it happen at the first request that matches. Edits are not for here: nobody else knows the objects.
    pub fn raise(&self, world: &World, on: Match) -> Killing {
        let killed = Arc::new(Notify::new());
        let mut direction = Direction::Onwards;
        let (times, then) = match self {
            Self::Fault(_, effect) => (1, effect.clone()),
            Self::Lasting(_, effect, times) => (*times, effect.clone()),
            Self::Interrupt => {
                let interrupt = world.interrupt.clone();
                (1, Effect::call(When::Before, move |_| interrupt.set()))
            }
            Self::Killed { when, direction: towards } => {
                direction = *towards;
                let killed = Arc::clone(&killed);
                let call = Effect::call(*when, move |_| killed.notify_one());
                // The answer never comes, as the process is no more.
                (1, Effect::All(vec![call, Effect::Hang(*when)]))
            }
            Self::Edit { .. } => return Killing { killed, direction },
        };
        world.sandbox.faults().add(Fault { on, times, then });
        Killing { killed, direction }
    }
}

/// Whether the process ends, and where `recover` goes then.
#[derive(Debug)]
pub struct Killing {
    killed: Arc<Notify>,
    direction: Direction,
}

/// Deploys, and recovers in peace where that leaves the deployment open: whether all of it is live, and what was told.
///
/// Without undoing it is left open: then nothing is known.
pub async fn deploy_through(world: &mut World, plan: &Plan, killing: &Killing) -> (Option<bool>, String) {
    let result = tokio::select! {
        result = world.deploy(plan) => Some(result),
        () = killing.killed.notified() => None,
    };
    let mut told = format!("{result:?}");
    match result {
        Some(Ok(_)) => return (Some(true), told),
        Some(Err(DeployError::Undone { .. } | DeployError::NotStarted(_))) => return (Some(false), told),
        _ if world.without_undo => return (None, told),
        _ => {}
    }
    world.sandbox.faults().clear();
    world.sandbox.restore_client(CLIENT_ID);
    world.reconnect();
    let recovered = world.recover(killing.direction).await;
    told = format!("{told}, recovered {recovered:?}");
    let end = match recovered {
        Ok(_) => Some(true),
        Err(RecoverError::Deploy(DeployError::Undone { .. })) => Some(false),
        Err(_) => None,
    };
    (end, told)
}

/// Everything that can go wrong at a write.
pub fn troubles() -> Vec<Trouble> {
    let asks = |retry_after| Effect::TooManyRequests { retry_after };
    let mut all = vec![
        Trouble::Fault("refused", Effect::Refuse),
        Trouble::Fault("slow", Effect::Delay(Duration::from_millis(2))),
        Trouble::Fault("seconds", asks(RetryAfter::Seconds(2))),
        Trouble::Fault("nonsense", asks(RetryAfter::Raw("soon".to_owned()))),
        Trouble::Fault("a day", asks(RetryAfter::Seconds(86_400))),
        Trouble::Fault("date", asks(RetryAfter::Date(begin() + Duration::from_secs(3)))),
        Trouble::Fault("forbidden", Effect::Status { status: 403, when: When::Before }),
        Trouble::Fault("lag", Effect::Lag { reads: 3 }),
        Trouble::Interrupt,
    ];
    for when in [When::Before, When::After] {
        all.push(Trouble::Fault("dropped", Effect::Drop(when)));
        all.push(Trouble::Fault("hangs", Effect::Hang(when)));
        for status in [500, 502, 503, 504] {
            all.push(Trouble::Fault("status", Effect::Status { status, when }));
        }
        all.push(Trouble::Lasting("status", Effect::Status { status: 503, when }, 5));
        all.push(Trouble::Fault("token", Effect::RevokeToken(when)));
        all.push(Trouble::Fault("client", Effect::RevokeClient(when)));
        let lag = || Effect::Lag { reads: 4 };
        all.push(Trouble::Fault("lag, dropped", Effect::All(vec![lag(), Effect::Drop(when)])));
        let failed = Effect::Status { status: 500, when };
        all.push(Trouble::Fault("lag, 500", Effect::All(vec![lag(), failed])));
        let reply = |status: u16, body: &str| Effect::Reply {
            when,
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: ReplyBody::Bytes(body.as_bytes().to_vec()),
        };
        all.push(Trouble::Fault("HTML", reply(200, "<html><title>proxy</title></html>")));
        all.push(Trouble::Fault("empty", reply(200, "")));
        let error = r#"{"status":500,"code":"internal.server.error","message":"no"}"#;
        all.push(Trouble::Fault("error in 200", reply(200, error)));
        all.push(Trouble::Killed { when, direction: Direction::Onwards });
        all.push(Trouble::Killed { when, direction: Direction::Undo });
    }
    for moment in [Moment::Planned, Moment::Before, Moment::After] {
        all.extend([false, true].map(|same_field| Trouble::Edit { moment, same_field }));
    }
    all
}

/// What can go wrong while a deployment is taken back.
pub fn troubles_in_undo() -> Vec<(String, Effect)> {
    let mut all = Vec::new();
    for when in [When::Before, When::After] {
        let mut add = |effect: Effect| all.push((format!("{effect:?}"), effect));
        add(Effect::Drop(when));
        add(Effect::Hang(when));
        add(Effect::Status { status: 503, when });
        add(Effect::Status { status: 500, when });
        add(Effect::RevokeClient(when));
        add(Effect::Status { status: 403, when: When::Before });
        // Answered as if it had happened.
        add(Effect::Reply { when, status: 204, headers: Vec::new(), body: ReplyBody::Bytes(Vec::new()) });
    }
    all
}
