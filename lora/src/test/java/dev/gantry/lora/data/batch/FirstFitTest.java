package dev.gantry.lora.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FirstFitTest {
    @Test
    void placesEqualThePlainSearch_forManySizes() {
        long seed = 3;
        Random random = new Random(seed);
        for (int rows = 0; rows < 70; rows++) {
            int capacity = 1 + random.nextInt(50);
            int[] lengths = random.ints(rows, 1, capacity + 1).toArray();
            FirstFit.Packing packing = FirstFit.pack(lengths, capacity);
            assertThat(packing.binOf())
                    .as("seed %d rows %d capacity %d", seed, rows, capacity)
                    .isEqualTo(plain(lengths, capacity));
        }
    }

    @Test
    void refusal_whenARowIsLongerThanAPack() {
        assertThatThrownBy(() -> FirstFit.pack(new int[] {3, 9}, 8)).hasMessageContaining("9 tokens");
    }

    private static int[] plain(int[] lengths, int capacity) {
        List<Integer> room = new ArrayList<>();
        int[] binOf = new int[lengths.length];
        for (int row = 0; row < lengths.length; row++) {
            int bin = 0;
            while (bin < room.size() && room.get(bin) < lengths[row]) {
                bin++;
            }
            if (bin == room.size()) {
                room.add(capacity);
            }
            room.set(bin, room.get(bin) - lengths[row]);
            binOf[row] = bin;
        }
        return binOf;
    }
}
