/** In one call of `recordUsage`. */
export const maxUsageRecords = 1_000;
/** How late usage may be reported: for so long after it, a chart of some days may still change. */
export const maxUsageAgeDays = 30;
/** How far the gateway's clock may be ahead of ours. */
export const maxUsageLeadSeconds = 60;
/** A year, be it a leap year. */
export const maxSeriesRangeDays = 366;
export const maxHourlyRangeDays = 31;
export const maxSeriesPoints = 10_000;
/** How long the database may count for one series. */
export const maxSeriesMs = 5_000;
/** As a model's name; longer ones in metadata count as unknown. */
export const maxSeriesNameChars = 200;
