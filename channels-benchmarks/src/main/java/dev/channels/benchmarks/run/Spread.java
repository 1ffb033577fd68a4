package dev.channels.benchmarks.run;

import java.util.Collection;
import java.util.Locale;

/**
 * Some figures of the same thing.
 *
 * @param median the middle one, or what is between the two in the middle
 * @param min the smallest
 * @param max the largest
 * @param count how many there are
 */
record Spread(double median, double min, double max, int count) {

	static Spread of(Collection<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		double median = (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
		return new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length);
	}

	/**
	 * Write the median, and the range if there is one.
	 */
	String text(int decimals) {
		String format = "%." + decimals + "f";
		return (this.count == 1) ? String.format(Locale.ROOT, format, this.median) : String.format(Locale.ROOT,
				format + " (" + format + "–" + format + ")", this.median, this.min, this.max);
	}

}
