package dev.gantry.zoo.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/// What a `for` goes over.
final class Iteration {
    private Iteration() {}

    /// Items of a list, keys of a dictionary, characters of a text; nothing for undefined.
    static List<Value> of(Value value, Budget budget) {
        return switch (value) {
            case Value.Seq seq -> {
                budget.items(seq.items().size());
                yield seq.items();
            }
            case Value.Dict dict -> new ContainerMethods(budget).keys(dict).items();
            case Str text -> {
                int[] offsets = text.unitOffsets(budget);
                List<Value> characters = new ArrayList<>(budget.items(offsets.length - 1));
                for (int i = 0; i + 1 < offsets.length; i++) {
                    characters.add(text.units(offsets[i], offsets[i + 1]));
                }
                yield characters;
            }
            case Value.Undefined _ -> List.of();
            default -> throw new TemplateFault(PythonText.kind(value) + " has no items to go over");
        };
    }
}
