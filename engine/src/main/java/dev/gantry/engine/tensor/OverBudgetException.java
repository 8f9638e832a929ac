package dev.gantry.engine.tensor;

import dev.gantry.engine.GantryException;
import java.util.Locale;

/// A tier of memory is too small for what is asked of it.
public final class OverBudgetException extends GantryException {
    private static final double MIB = 1 << 20;

    private final long missingBytes;

    OverBudgetException(String tier, String owner, long bytes, long freeBytes, long budgetBytes) {
        super(
                Kind.ENVIRONMENT,
                "MEMORY-BUDGET",
                "the " + tier + " memory is too small",
                String.format(
                        Locale.ROOT,
                        "%s needs %.2f MiB, and of a budget of %.2f MiB only %.2f MiB are free",
                        owner,
                        bytes / MIB,
                        budgetBytes / MIB,
                        freeBytes / MIB),
                "Give the " + tier + " a larger budget, or let gantry plan show what would make the job smaller.",
                null);
        this.missingBytes = bytes - freeBytes;
    }

    /// How much larger the budget would have to be for this one request.
    public long missingBytes() {
        return missingBytes;
    }
}
