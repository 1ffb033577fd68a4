package dev.channels.layer;

import org.springframework.util.Assert;

/**
 * The name of a group of connections: one that the application chose, or the group of all
 * connections of a user. The two never meet, and only the first can be addressed as a
 * group.
 *
 * @param value the name of the group or user
 * @param user whether this is the group of a user
 * @since 0.1.0
 */
public record GroupName(String value, boolean user) {

	/**
	 * Create the name of a group.
	 * @param name 1 to 99 ASCII letters, digits, hyphens, underscores or periods
	 * @return the name
	 * @throws dev.channels.InvalidNameException if the name is not legal
	 */
	public static GroupName of(String name) {
		return new GroupName(Names.requireGroup(name), false);
	}

	/**
	 * Create the name of the group of all connections of a user.
	 * @param userName the name of the principal, any text
	 * @return the name
	 */
	public static GroupName ofUser(String userName) {
		Assert.hasLength(userName, "A user's name must not be empty");
		return new GroupName(userName, true);
	}

	@Override
	public String toString() {
		return this.user ? "user '" + Printable.of(this.value) + "'" : "group '" + this.value + "'";
	}

}
