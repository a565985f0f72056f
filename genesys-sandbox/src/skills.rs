//! The skills over HTTP (contract 1.4).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use genesys_model::Skill;
use serde_json::Value;

use crate::audit::Action;
use crate::call::{Answer, Call};
use crate::fields::Fields;
use crate::organization::Writer;
use crate::permissions::{SKILL_READ, SKILL_WRITE};
use crate::routes::json_answer;
use crate::table::Object;
use crate::{Organization, Refusal};

pub(crate) const PATH: &str = "/api/v2/routing/skills";

/// What a POST may say, and a PUT.
const KEYS: [&str; 4] = ["name", "description", "routing_skill_group_ids", "division"];

/// `name` is how the skill's begins, in the same case (contract 1.4, D42).
pub(crate) async fn list(call: Call) -> Answer {
    call.needs(SKILL_READ)?;
    let query = call.list()?;
    let start = query.get("name").unwrap_or_default();
    let skills =
        call.organization.read(|kept| kept.topology.skills.list(|skill| skill.name.starts_with(start)));
    Ok(query.page_of(PATH, &views(&skills)))
}

fn views(skills: &[Arc<Skill>]) -> Vec<&Skill> {
    skills.iter().map(|skill| &**skill).collect()
}

pub(crate) async fn read(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(SKILL_READ)?;
    let skill = call.organization.read(|kept| kept.topology.skills.read(&id));
    Ok(json_answer(200, &*skill.ok_or_else(|| Refusal::not_found("skill", &id))?))
}

pub(crate) async fn create(call: Call, body: Bytes) -> Answer {
    call.needs(SKILL_WRITE)?;
    let skill = call.organization.post_skill(&call.writer(), &call.json(&body)?)?;
    Ok(json_answer(201, &*skill))
}

pub(crate) async fn replace(call: Call, Path(id): Path<String>, body: Bytes) -> Answer {
    call.needs(SKILL_WRITE)?;
    let skill = call.organization.put_skill(&call.writer(), &id, &call.json(&body)?)?;
    Ok(json_answer(200, &*skill))
}

pub(crate) async fn delete(call: Call, Path(id): Path<String>) -> Answer {
    call.needs(SKILL_WRITE)?;
    call.organization.remove_skill(&call.writer(), &id)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

impl Organization {
    pub(crate) fn post_skill(&self, writer: &Writer<'_>, body: &Value) -> Result<Arc<Skill>, Refusal> {
        let fields = Fields::read(body, &KEYS)?;
        let division = self.division(fields.division()?)?;
        let name = fields.name()?;
        let mut kept = self.kept();
        kept.free_name::<Skill>(&name, division.as_ref().map(|division| division.id.as_str()), None)?;
        let id = self.fresh_id::<Skill>(&kept);
        let skill = Arc::new(Skill {
            self_uri: Some(format!("{PATH}/{id}")),
            id,
            name,
            description: fields.text("description")?,
            routing_skill_group_ids: fields.ids("routing_skill_group_ids")?.unwrap_or_default(),
            division,
            date_modified: Some(writer.date.clone()),
        });
        let place = kept.table::<Skill>().next();
        kept.write_object(writer, Action::Create, place, None, Some(&skill))?;
        Ok(skill)
    }

    /// Replaces the name and the description; the rest stays where it is not said.
    pub(crate) fn put_skill(
        &self,
        writer: &Writer<'_>,
        id: &str,
        body: &Value,
    ) -> Result<Arc<Skill>, Refusal> {
        let fields = Fields::replacing(body, &KEYS, &[])?;
        fields.same_id(id)?;
        let division = self.division(fields.division()?)?;
        let mut kept = self.kept();
        let (place, before) = kept.object::<Skill>(id)?;
        let groups = fields.ids("routing_skill_group_ids")?;
        let skill = Arc::new(Skill {
            name: fields.name()?,
            description: fields.text("description")?,
            routing_skill_group_ids: groups.unwrap_or_else(|| before.routing_skill_group_ids.clone()),
            division: division.or_else(|| before.division.clone()),
            date_modified: Some(writer.date.clone()),
            ..Skill::clone(&before)
        });
        if (&skill.name, skill.division()) != (&before.name, before.division()) {
            kept.free_name::<Skill>(&skill.name, skill.division(), Some(id))?;
        }
        kept.write_object(writer, Action::Update, place, Some(&before), Some(&skill))?;
        Ok(skill)
    }

    pub(crate) fn remove_skill(&self, writer: &Writer<'_>, id: &str) -> Result<(), Refusal> {
        let mut kept = self.kept();
        let (place, before) = kept.object::<Skill>(id)?;
        let groups: Vec<_> = kept
            .topology
            .groups
            .all()
            .filter(|kept| kept.group.routing_skill_ids.iter().any(|skill| skill == id))
            .collect();
        if !groups.is_empty() {
            let message = format!("{} skill groups have the skill `{}`", groups.len(), before.name);
            let by = groups.iter().map(|group| (group.id(), group.name()));
            return Err(Refusal::in_use(message, by).about(id, Some(&before.name)));
        }
        kept.write_object(writer, Action::Delete, place, Some(&before), None)
    }
}
