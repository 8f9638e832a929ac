package dev.gantry.zoo.chat.jinja;

import java.util.List;

/// Where a `for` is: `loop.index`, `loop.last`, `loop.previtem` and the rest.
final class LoopState implements Value.Loop {
    private final List<Value> items;
    private final Budget budget;
    private int at;
    private Value lastSeen = new Value.Undefined("nothing yet");

    LoopState(List<Value> items, Budget budget) {
        this.items = items;
        this.budget = budget;
    }

    void moveTo(int index) {
        at = index;
    }

    @Override
    public Value attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> new Value.Int(at + 1L);
            case "index0" -> new Value.Int(at);
            case "revindex" -> new Value.Int((long) size - at);
            case "revindex0" -> new Value.Int(size - at - 1L);
            case "first" -> Value.Bool.of(at == 0);
            case "last" -> Value.Bool.of(at == size - 1);
            case "length" -> new Value.Int(size);
            case "depth" -> new Value.Int(1); // deeper only in recursive loops
            case "depth0" -> new Value.Int(0);
            case "previtem" -> at > 0 ? items.get(at - 1) : new Value.Undefined("the item before the first");
            case "nextitem" -> at + 1 < size ? items.get(at + 1) : new Value.Undefined("the item after the last");
            case "cycle" -> (Value.Function) this::cycle;
            case "changed" -> (Value.Function) this::changed;
            default -> new Value.Undefined("loop." + name);
        };
    }

    private Value cycle(Arguments arguments) {
        if (arguments.positional().isEmpty()) {
            throw new TemplateFault("loop.cycle() needs values to go through");
        }
        return arguments.positional().get(at % arguments.positional().size());
    }

    private Value changed(Arguments arguments) {
        Value now = Value.Seq.list(arguments.positional());
        boolean changed = !new Comparisons(budget).equal(now, lastSeen);
        lastSeen = now;
        return Value.Bool.of(changed);
    }
}
