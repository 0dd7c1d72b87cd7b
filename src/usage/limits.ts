/** In one call of `recordUsage`. */
export const maxUsageRecords = 1_000;
/** How late usage may be reported: what a chart of some days has to look at afterwards is bounded by it. */
export const maxUsageAgeDays = 30;
/** How far the gateway's clock may be ahead of ours. */
export const maxUsageLeadSeconds = 60;
