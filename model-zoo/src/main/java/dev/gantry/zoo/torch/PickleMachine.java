package dev.gantry.zoo.torch;

import dev.gantry.zoo.torch.PickleValue.Dict;
import dev.gantry.zoo.torch.PickleValue.Global;
import dev.gantry.zoo.torch.PickleValue.Huge;
import dev.gantry.zoo.torch.PickleValue.Items;
import dev.gantry.zoo.torch.PickleValue.Mark;
import dev.gantry.zoo.torch.PickleValue.None;
import dev.gantry.zoo.torch.PickleValue.Real;
import dev.gantry.zoo.torch.PickleValue.Text;
import dev.gantry.zoo.torch.PickleValue.Truth;
import dev.gantry.zoo.torch.PickleValue.Tuple;
import dev.gantry.zoo.torch.PickleValue.Whole;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs the part of Python's pickle language that lists of tensors are written in.
///
/// There is no way from here to code: names outside {@link KnownGlobal} are refused where they are mentioned, and the
/// known ones build values of ours. Memory and time are bounded by {@link #MAX_STEPS}.
final class PickleMachine {
    /// A hundred times what a shard of a thousand tensors takes.
    private static final int MAX_STEPS = 4_000_000;

    /// Python's pickler keeps at most a thousand pairs on the stack.
    private static final int MAX_STACK = 100_000;

    private static final int MAX_PROTOCOL = 5;
    private static final int MAX_NUMBER_BYTES = 64;

    private final PickleInput in;
    private final TensorReduction reduction;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();

    private PickleMachine(PickleInput in) {
        this.in = in;
        this.reduction = new TensorReduction(in);
    }

    /// Reads one pickle; `in` stands behind it afterwards.
    static PickleValue read(PickleInput in) {
        return new PickleMachine(in).run();
    }

    private PickleValue run() {
        for (int step = 0; step < MAX_STEPS; step++) {
            int opcode = in.u1();
            if (opcode == '.') {
                return pop();
            }
            if (!constant(opcode) && !container(opcode) && !memory(opcode) && !object(opcode)) {
                throw in.unsafe("the operation '%s' (0x%02x)".formatted(printable(opcode), opcode));
            }
            if (stack.size() > MAX_STACK) {
                throw in.damaged("it piles up more than " + MAX_STACK + " values");
            }
        }
        throw in.damaged("it takes more than " + MAX_STEPS + " steps");
    }

    private boolean constant(int opcode) {
        switch (opcode) {
            case 0x80 -> protocol(in.u1());
            case 0x95 -> in.i8(); // the length of a frame, which a reader from memory does not need
            case 'N' -> stack.add(None.NONE);
            case 0x88 -> stack.add(new Truth(true));
            case 0x89 -> stack.add(new Truth(false));
            case 'J' -> stack.add(new Whole(in.i4()));
            case 'K' -> stack.add(new Whole(in.u1()));
            case 'M' -> stack.add(new Whole(in.u2()));
            case 0x8a -> stack.add(number(in.u1()));
            case 'G' -> stack.add(new Real(in.bigEndianDouble()));
            case 'X' -> stack.add(new Text(in.text(in.u4(), StandardCharsets.UTF_8)));
            case 0x8c -> stack.add(new Text(in.text(in.u1(), StandardCharsets.UTF_8)));
            case 0x8d -> stack.add(new Text(in.text(in.i8(), StandardCharsets.UTF_8)));
            // strings of Python 2
            case 'U' -> stack.add(new Text(in.text(in.u1(), StandardCharsets.ISO_8859_1)));
            case 'T' -> stack.add(new Text(in.text(in.u4(), StandardCharsets.ISO_8859_1)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) {
        switch (opcode) {
            case '(' -> stack.add(Mark.MARK);
            case ')' -> stack.add(new Tuple(List.of()));
            case 't' -> stack.add(new Tuple(popToMark()));
            case 0x85 -> stack.add(new Tuple(pop(1)));
            case 0x86 -> stack.add(new Tuple(pop(2)));
            case 0x87 -> stack.add(new Tuple(pop(3)));
            case ']' -> stack.add(new Items(new ArrayList<>()));
            case 'a' -> append(pop(1));
            case 'e' -> append(popToMark());
            case '}' -> stack.add(new Dict());
            case 's' -> put(pop(2));
            case 'u' -> put(popToMark());
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memory(int opcode) {
        switch (opcode) {
            case 'q' -> memo.put(in.u1(), top());
            case 'r' -> memo.put(in.i4(), top());
            case 0x94 -> memo.put(memo.size(), top());
            case 'h' -> stack.add(recall(in.u1()));
            case 'j' -> stack.add(recall(in.i4()));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean object(int opcode) {
        switch (opcode) {
            case 'c' -> stack.add(global(in.line(), in.line()));
            case 0x93 -> {
                List<PickleValue> names = pop(2);
                stack.add(global(text(names.get(0)), text(names.get(1))));
            }
            case 'R' -> {
                List<PickleValue> call = pop(2);
                stack.add(reduction.call(call.get(0), call.get(1)));
            }
            case 'Q' -> stack.add(reduction.storage(pop()));
            case 'b' -> build();
            default -> {
                return false;
            }
        }
        return true;
    }

    private void protocol(int version) {
        if (version > MAX_PROTOCOL) {
            throw in.damaged("it is of the unknown protocol " + version);
        }
    }

    private PickleValue number(int bytes) {
        if (bytes > MAX_NUMBER_BYTES) {
            throw in.damaged("a number has " + bytes + " bytes");
        }
        byte[] little = in.littleEndian(bytes);
        byte[] big = new byte[Math.max(1, bytes)];
        for (int i = 0; i < bytes; i++) {
            big[bytes - 1 - i] = little[i];
        }
        BigInteger value = new BigInteger(big);
        return value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : new Huge(value);
    }

    private Global global(String module, String name) {
        return new Global(KnownGlobal.of(module, name).orElseThrow(() -> in.unsafe("Python's " + module + "." + name)));
    }

    private void append(List<PickleValue> items) {
        if (!(top() instanceof Items list)) {
            throw in.damaged("something is appended to what is no list");
        }
        list.items().addAll(items);
    }

    private void put(List<PickleValue> pairs) {
        if (!(top() instanceof Dict dict) || pairs.size() % 2 != 0) {
            throw in.damaged("pairs are put into what is no dict");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            dict.items().put(key(pairs.get(i)), pairs.get(i + 1));
        }
    }

    private Object key(PickleValue key) {
        return switch (key) {
            case Text text -> text.value();
            case Whole whole -> whole.value();
            default -> throw in.damaged("a dict has a key that is neither text nor number");
        };
    }

    /// The state of an OrderedDict is its `_metadata` of module versions, which nobody needs.
    private void build() {
        PickleValue state = pop();
        if (!(state instanceof Dict) || !(top() instanceof Dict)) {
            throw in.unsafe("a change to an object's state");
        }
    }

    private String text(PickleValue value) {
        if (value instanceof Text text) {
            return text.value();
        }
        throw in.damaged("a name is no text");
    }

    private PickleValue recall(int slot) {
        PickleValue value = memo.get(slot);
        if (value == null) {
            throw in.damaged("it recalls " + Integer.toUnsignedString(slot) + ", which was not stored");
        }
        return value;
    }

    private PickleValue top() {
        if (stack.isEmpty() || stack.getLast() == Mark.MARK) {
            throw in.damaged("its stack is empty");
        }
        return stack.getLast();
    }

    private PickleValue pop() {
        PickleValue top = top();
        stack.removeLast();
        return top;
    }

    private List<PickleValue> pop(int count) {
        List<PickleValue> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(pop());
        }
        return values.reversed();
    }

    private List<PickleValue> popToMark() {
        int mark = stack.lastIndexOf(Mark.MARK);
        if (mark < 0) {
            throw in.damaged("its stack has no mark");
        }
        List<PickleValue> above = stack.subList(mark + 1, stack.size());
        List<PickleValue> values = new ArrayList<>(above);
        stack.subList(mark, stack.size()).clear();
        return values;
    }

    private static String printable(int opcode) {
        return opcode > ' ' && opcode < 0x7f ? String.valueOf((char) opcode) : "?";
    }
}
