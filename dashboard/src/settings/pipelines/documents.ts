import { graphql, type Enum, type ResultOf } from "../../kit/client/graphql";

export const PIPELINE = graphql(`
  fragment PipelineRow on Pipeline {
    id
    name
    currency
    position
    version
    archivedAt
    stages(includeArchived: true) { id name position kind probability archivedAt totals { count } }
  }
`);
export const PIPELINES = graphql(`query PipelineSettings { pipelines(includeArchived: true) { ...PipelineRow } }`, [PIPELINE]);
export const CREATE = graphql(`mutation CreatePipeline($input: CreatePipelineInput!) { createPipeline(input: $input) { pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);
export const UPDATE = graphql(`mutation UpdatePipeline($input: UpdatePipelineInput!) { updatePipeline(input: $input) { pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);
export const ARCHIVE = graphql(`mutation ArchivePipeline($input: ArchivePipelineInput!) { archivePipeline(input: $input) { pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);
export const RESTORE = graphql(`mutation RestorePipeline($input: RestorePipelineInput!) { restorePipeline(input: $input) { pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);
export const REORDER = graphql(`mutation ReorderStages($input: ReorderStagesInput!) { reorderStages(input: $input) { pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);
export const CREATE_STAGE = graphql(`mutation CreateStage($input: CreateStageInput!) { createStage(input: $input) { stage { id pipeline { ...PipelineRow } } userErrors { code field message } } }`, [PIPELINE]);
export const UPDATE_STAGE = graphql(`mutation UpdateStage($input: UpdateStageInput!) { updateStage(input: $input) { stage { id pipeline { ...PipelineRow } } userErrors { code field message } } }`, [PIPELINE]);
export const ARCHIVE_STAGE = graphql(`mutation ArchiveStage($input: ArchiveStageInput!) { archiveStage(input: $input) { stage { id pipeline { ...PipelineRow } } userErrors { code field message } } }`, [PIPELINE]);
export const RESTORE_STAGE = graphql(`mutation RestoreStage($input: RestoreStageInput!) { restoreStage(input: $input) { stage { id pipeline { ...PipelineRow } } userErrors { code field message } } }`, [PIPELINE]);
export const DELETE_STAGE = graphql(`mutation DeleteStage($input: DeleteStageInput!) { deleteStage(input: $input) { deletedStageId movedDeals pipeline { ...PipelineRow } userErrors { code field message } } }`, [PIPELINE]);

export type Pipeline = ResultOf<typeof PIPELINE>;
export type Stage = Pipeline["stages"][number];
export type Kind = Enum<"StageKind">;
export const stageKinds: Kind[] = ["OPEN", "WON", "LOST"];
export const currencies = ["EUR", "USD", "GBP", "CHF"];
