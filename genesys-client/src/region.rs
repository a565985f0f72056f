//! The platform's regions and their domains (`api.` and `login.` stand before them).

/// Each region of AWS with its domain.
const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
];

/// The domain of a region.
pub(crate) fn domain(region: &str) -> Option<&'static str> {
    REGIONS.iter().find(|(name, _)| *name == region).map(|(_, domain)| *domain)
}

/// The domain of the platform that a host belongs to: the host itself, or the host without `api.`, `login.`, `apps.`.
pub(crate) fn domain_of_host(host: &str) -> Option<&'static str> {
    let bare =
        ["api.", "login.", "apps."].iter().find_map(|prefix| host.strip_prefix(prefix)).unwrap_or(host);
    REGIONS.iter().find(|(_, domain)| *domain == bare).map(|(_, domain)| *domain)
}

/// The region that a misspelt one probably means.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    REGIONS
        .iter()
        .map(|(region, _)| (strsim::damerau_levenshtein(name, region), *region))
        .min_by_key(|(distance, _)| *distance)
        // Further away it is another word.
        .filter(|(distance, _)| *distance <= 3)
        .map(|(_, region)| region)
}

/// All regions, for people.
pub(crate) fn all() -> String {
    REGIONS.map(|(region, _)| region).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_domains_are_each_listed_once() {
        for (number, (region, domain)) in REGIONS.iter().enumerate() {
            assert!(REGIONS.iter().skip(number + 1).all(|(other, _)| other != region));
            assert!(REGIONS.iter().skip(number + 1).all(|(_, other)| other != domain));
        }
    }

    #[test]
    fn the_nearest_region_is_offered_if_it_is_near() {
        assert_eq!(nearest("eu-wset-1"), Some("eu-west-1"));
        assert_eq!(nearest("us_east_1"), Some("us-east-1"));
        assert_eq!(nearest("production"), None);
    }
}
