import { graphql, type ResultOf } from "../../kit/client/graphql";

export const MEMBER = graphql(`
  fragment MemberRow on Member { id name email role language invitedAt joinedAt deactivatedAt hasSecondFactor version }
`);
export const MEMBERS = graphql(
  `
    query Members($first: Int!, $after: String, $active: Boolean!) {
      members(first: $first, after: $after, active: $active) { nodes { ...MemberRow } pageInfo { hasNextPage endCursor } }
    }
  `,
  [MEMBER],
);
export const INVITE = graphql(
  `mutation InviteMember($input: InviteMemberInput!) { inviteMember(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const RESEND = graphql(
  `mutation ResendInvitation($input: MemberInput!) { resendInvitation(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const UPDATE = graphql(
  `mutation UpdateMember($input: UpdateMemberInput!) { updateMember(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const DEACTIVATE = graphql(
  `mutation DeactivateMember($input: MemberInput!) { deactivateMember(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const REACTIVATE = graphql(
  `mutation ReactivateMember($input: MemberInput!) { reactivateMember(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const END_SESSIONS = graphql(
  `mutation EndMemberSessions($input: MemberInput!) { endMemberSessions(input: $input) { ended userErrors { code field message } } }`,
);
export const REMOVE_FACTOR = graphql(
  `mutation RemoveSecondFactor($input: RemoveSecondFactorInput!) { removeSecondFactor(input: $input) { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);
export const LEAVE = graphql(
  `mutation LeaveWorkspace { leaveWorkspace { member { ...MemberRow } userErrors { code field message } } }`,
  [MEMBER],
);

export type Member = ResultOf<typeof MEMBER>;
