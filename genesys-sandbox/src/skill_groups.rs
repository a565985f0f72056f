//! The skill groups over HTTP (contract 1.4). They have no versions.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use genesys_model::{Division, SkillGroup};
use serde_json::Value;

use crate::audit::Action;
use crate::call::{Answer, Call};
use crate::clock::milliseconds;
use crate::fields::Fields;
use crate::kept::Kept;
use crate::organization::Writer;
use crate::permissions::{SKILL_GROUP_READ, SKILL_GROUP_WRITE};
use crate::routes::json_answer;
use crate::table::Object;
use crate::topology::KeptGroup;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/routing/skillgroups";

/// What a POST may say, and a PUT.
const KEYS: [&str; 5] = ["name", "description", "routing_skill_ids", "routing_skill_group_ids", "division"];

/// `name` is how the group's begins, in any case (contract 1.4, D42).
pub(crate) async fn list(call: Call) -> Answer {
    call.needs(SKILL_GROUP_READ)?;
    let query = call.list()?;
    let start = query.get("name").unwrap_or_default().to_lowercase();
    let groups = call
        .organization
        .read(|kept| kept.topology.groups.list(|kept| kept.group.name.to_lowercase().starts_with(&start)));
    let groups: Vec<&SkillGroup> = groups.iter().map(|kept| &kept.group).collect();
    Ok(query.page_of(PATH, &groups))
}

pub(crate) async fn read(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(SKILL_GROUP_READ)?;
    let kept = call.organization.read(|kept| kept.topology.groups.read(&id));
    Ok(json_answer(200, &kept.ok_or_else(|| Refusal::not_found("skill group", &id))?.group))
}

pub(crate) async fn create(call: Call, body: Bytes) -> Answer {
    call.needs(SKILL_GROUP_WRITE)?;
    let group = call.organization.post_skill_group(&call.writer(), &call.json(&body)?)?;
    Ok(json_answer(201, &group))
}

pub(crate) async fn replace(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(SKILL_GROUP_WRITE)?;
    let group = call.organization.put_skill_group(&call.writer(), &id, &call.json(&body)?)?;
    Ok(json_answer(200, &group))
}

pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(SKILL_GROUP_WRITE)?;
    call.organization.remove_skill_group(&call.writer(), &id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What a body says of a group.
struct Given {
    name: String,
    description: Option<String>,
    skills: Vec<String>,
    groups: Vec<String>,
    division: Option<Division>,
}

impl Given {
    fn read(organization: &Organization, fields: &Fields<'_>) -> Result<Self, Refusal> {
        let skills = fields.ids("routing_skill_ids")?;
        let missing = || Refusal::field("routing_skill_ids", "a skill group needs `routing_skill_ids`");
        Ok(Self {
            name: fields.name()?,
            description: fields.text("description")?,
            skills: skills.ok_or_else(missing)?,
            groups: fields.ids("routing_skill_group_ids")?.unwrap_or_default(),
            division: organization.division(fields.division()?)?,
        })
    }

    /// Whether everything that it names is there and has spread (contract 1.4, S3 line 97). Counts as a read.
    fn visible(&self, kept: &mut Kept, own: Option<&str>) -> Result<(), Refusal> {
        for id in &self.skills {
            let skills = &mut kept.topology.skills;
            if skills.read(id).is_none() || skills.get(id).is_none() {
                let message = format!("there is no skill with the id `{id}`");
                return Err(Refusal::field("routing_skill_ids", message).about(id, None));
            }
        }
        for id in &self.groups {
            let groups = &mut kept.topology.groups;
            if own == Some(id) || groups.read(id).is_none() || groups.get(id).is_none() {
                let message = format!("there is no other skill group with the id `{id}`");
                return Err(Refusal::field("routing_skill_group_ids", message).about(id, None));
            }
        }
        Ok(())
    }
}

impl Organization {
    pub(crate) fn post_skill_group(&self, writer: &Writer<'_>, body: &Value) -> Result<SkillGroup, Refusal> {
        let given = Given::read(self, &Fields::read(body, &KEYS)?)?;
        let mut kept = self.kept();
        given.visible(&mut kept, None)?;
        let division = given.division.as_ref().map(|division| division.id.as_str());
        kept.free_name::<KeptGroup>(&given.name, division, None)?;
        let id = self.fresh_id::<KeptGroup>(&kept);
        let group = SkillGroup {
            self_uri: Some(format!("{PATH}/{id}")),
            id,
            name: given.name,
            description: given.description,
            routing_skill_ids: given.skills,
            routing_skill_group_ids: given.groups,
            division: given.division,
            date_modified: Some(writer.date.clone()),
        };
        let after = KeptGroup { group: group.clone(), revision: 0, revised: milliseconds(writer.now) };
        let place = kept.table::<KeptGroup>().next();
        kept.write_object(writer, Action::Create, place, None, Some(&Arc::new(after)))?;
        Ok(group)
    }

    /// Replaces everything but the division, which stays where it is not said.
    pub(crate) fn put_skill_group(
        &self,
        writer: &Writer<'_>,
        id: &str,
        body: &Value,
    ) -> Result<SkillGroup, Refusal> {
        let fields = Fields::replacing(body, &KEYS, &[])?;
        fields.same_id(id)?;
        let given = Given::read(self, &fields)?;
        let mut kept = self.kept();
        let (place, before) = kept.object::<KeptGroup>(id)?;
        given.visible(&mut kept, Some(id))?;
        let mut after = KeptGroup::clone(&before);
        let group = &mut after.group;
        group.name = given.name;
        group.description = given.description;
        group.routing_skill_ids = given.skills;
        group.routing_skill_group_ids = given.groups;
        group.division = given.division.or_else(|| before.group.division.clone());
        group.date_modified = Some(writer.date.clone());
        let members =
            |group: &SkillGroup| (group.routing_skill_ids.clone(), group.routing_skill_group_ids.clone());
        if members(&before.group) != members(&after.group) {
            after.revision += 1;
            after.revised = milliseconds(writer.now);
        }
        if (after.name(), after.division()) != (before.name(), before.division()) {
            kept.free_name::<KeptGroup>(after.name(), after.division(), Some(id))?;
        }
        let after = Arc::new(after);
        kept.write_object(writer, Action::Update, place, Some(&before), Some(&after))?;
        Ok(after.group.clone())
    }

    pub(crate) fn remove_skill_group(&self, writer: &Writer<'_>, id: &str) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.object::<KeptGroup>(id)?;
        let queues: Vec<_> =
            kept.topology.queues.all().filter(|kept| kept.queue.skill_group_id() == Some(id)).collect();
        let groups: Vec<_> = kept
            .topology
            .groups
            .all()
            .filter(|kept| kept.group.routing_skill_group_ids.iter().any(|group| group == id))
            .collect();
        let count = queues.len() + groups.len();
        if count > 0 {
            let message = format!("{count} queues and skill groups name the skill group `{}`", before.name());
            let queues = queues.iter().map(|queue| (queue.id(), queue.name()));
            let by = queues.chain(groups.iter().map(|group| (group.id(), group.name())));
            return Err(Refusal::in_use(message, by).about(id, Some(before.name())));
        }
        kept.write_object(writer, Action::Delete, place, Some(&before), None)
    }
}
