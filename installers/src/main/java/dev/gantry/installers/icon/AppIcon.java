package dev.gantry.installers.icon;

import dev.gantry.app.ui.look.Icon;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;

/// The crane of the window's logo, white on the accent of its light theme.
public final class AppIcon {
    /// Sizes that desktops of Linux look for, in pixels.
    public static final List<Integer> DESKTOP_SIZES = List.of(16, 24, 32, 48, 64, 128, 256, 512);

    private static final Color GROUND = new Color(0x0b6b85);
    /// The logo is drawn on a grid of this many units.
    private static final double GRID = 24;
    /// Around the ground, and around the logo on it, as parts of the icon's size.
    private static final double MARGIN = 0.04;
    private static final double CORNER = 0.22;
    private static final double LOGO_MARGIN = 0.19;
    /// Units of the grid; thicker where a line would be thinner than a pixel and a half.
    private static final double STROKE = 1.7;
    private static final double LEAST_STROKE_PIXELS = 1.5;
    private static final Pattern STEP = Pattern.compile("([MLHVZ])((?:\\s*-?[0-9.]+)*)");

    private final Path2D logo;

    public AppIcon() {
        logo = shape(Icon.LOGO.path());
    }

    /// Reads a path of straight lines in absolute coordinates.
    static Path2D shape(String path) {
        Path2D shape = new Path2D.Double();
        Matcher steps = STEP.matcher(path);
        double x = 0;
        double y = 0;
        while (steps.find()) {
            String[] numbers = steps.group(2).strip().split("\\s+", -1);
            char step = steps.group(1).charAt(0);
            if (step == 'Z') {
                shape.closePath();
                continue;
            }
            x = step == 'V' ? x : Double.parseDouble(numbers[0]);
            y = step == 'H' ? y : Double.parseDouble(numbers[numbers.length - 1]);
            if (step == 'M') {
                shape.moveTo(x, y);
            } else {
                shape.lineTo(x, y);
            }
        }
        return shape;
    }

    /// The icon in a square of so many pixels.
    BufferedImage draw(int size) {
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        double side = size * (1 - 2 * MARGIN);
        graphics.setColor(GROUND);
        graphics.fill(new RoundRectangle2D.Double(
                size * MARGIN, size * MARGIN, side, side, size * CORNER * 2, size * CORNER * 2));
        double scale = size * (1 - 2 * LOGO_MARGIN) / GRID;
        AffineTransform place = AffineTransform.getTranslateInstance(size * LOGO_MARGIN, size * LOGO_MARGIN);
        place.scale(scale, scale);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(
                (float) Math.max(STROKE * scale, LEAST_STROKE_PIXELS), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(place.createTransformedShape(logo));
        graphics.dispose();
        return image;
    }

    /// @return a PNG file
    byte[] png(int size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(draw(size), "png", out);
        return out.toByteArray();
    }

    public void writePng(Path file, int size) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, png(size));
    }
}
