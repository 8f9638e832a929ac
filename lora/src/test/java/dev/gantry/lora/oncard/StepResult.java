package dev.gantry.lora.oncard;

import dev.gantry.lora.oncard.Part.Outcome;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What came of a step.
///
/// @param outcome failed where a part did, or where the step did not come to its end; left out where every part was
/// @param why the step did not come to its end, else empty
/// @param parts as the step wrote them
record StepResult(String step, Outcome outcome, double seconds, String why, List<JsonNode> parts) {
    /// @param why it did not come to its end, else empty
    static StepResult of(String step, double seconds, String why, List<JsonNode> parts) {
        return new StepResult(step, outcome(why, parts), seconds, why, parts);
    }

    private static Outcome outcome(String why, List<JsonNode> parts) {
        if (!why.isEmpty() || parts.stream().anyMatch(part -> is(part, Outcome.FAILED))) {
            return Outcome.FAILED;
        }
        return parts.stream().allMatch(part -> is(part, Outcome.LEFT_OUT)) ? Outcome.LEFT_OUT : Outcome.PASSED;
    }

    private static boolean is(JsonNode part, Outcome outcome) {
        return part.path("outcome").asString("").equals(outcome.name());
    }
}
