/** Why a goal is not met, where it is not: measured causes only, one sentence each, by `group: name`. */
export const CAUSES = {};
